package export

import (
	"context"
	"io"
	"time"
)

// estimateFor is how long an estimate may look before it reckons the rest from what it saw.
const estimateFor = time.Second

// Estimate is what an export will be. It is exact when everything could be looked at in time, else reckoned from the part that was.
type Estimate struct {
	Outcome
	Seconds float64 `json:"seconds" doc:"to make it; a slow line takes longer"`
	Exact   bool    `json:"exact" doc:"false: reckoned from the part that could be looked at in a second"`
	// Generation is the index's from which it would be made.
	Generation string `json:"generation,omitempty" doc:"of the index that was looked at"`
	Note       string `json:"note,omitempty" doc:"what that index lacks, when it is being built anew"`
}

// Estimate carries the export out for at most a second, and writes nothing.
func (p *Plan) Estimate(ctx context.Context) (Estimate, error) {
	return p.estimate(ctx, estimateFor)
}

func (p *Plan) estimate(ctx context.Context, limit time.Duration) (Estimate, error) {
	from := p.Origin(ctx)
	run, err := p.Open(ctx)
	if err != nil {
		return Estimate{}, err
	}
	defer run.Close()
	began := time.Now()
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	seen, err := run.Write(limited, io.Discard)
	e := Estimate{Outcome: seen, Seconds: time.Since(began).Seconds(), Exact: err == nil, Generation: from.Generation, Note: from.Note}
	if err != nil {
		if limited.Err() == nil || ctx.Err() != nil {
			return Estimate{}, err
		}
		e.reckon(run.Total())
	}
	return e, nil
}

// reckon stretches what was seen to total statements.
func (e *Estimate) reckon(total int) {
	ratio := float64(total) / float64(max(1, e.Statements))
	e.Statements = total
	for i := range e.LeftOut {
		e.LeftOut[i] = LeftOut{Reason: e.LeftOut[i].Reason, Statements: int(float64(e.LeftOut[i].Statements) * ratio)}
	}
	e.Rows, e.Bytes, e.Seconds = int(float64(e.Rows)*ratio), int64(float64(e.Bytes)*ratio), e.Seconds*ratio
}
