package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
)

// Codes of the JetStream API that the client library does not name.
const (
	codeStoreFailed    jetstream.ErrorCode = 10077 // the stream is at its bound, or its disk is full
	codeBatchDuplicate jetstream.ErrorCode = 10201 // an atomic batch holds a message id that is known already
)

// wrap names what failed and classifies err. It keeps a kind that err has already, and gives nil for nil.
func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	full := fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
	if classified(err) {
		return full
	}
	return fault.As(kindOf(err), full)
}

func kindOf(err error) fault.Kind {
	switch {
	case errors.Is(err, context.Canceled):
		return fault.Canceled
	case isAny(err, jetstream.ErrKeyNotFound, jetstream.ErrMsgNotFound):
		return fault.NotFound
	case isAny(err, jetstream.ErrKeyExists, jetstream.ErrKeyRevisionMismatch) || code(err) == jetstream.JSErrCodeStreamWrongLastSequence:
		return fault.Conflict
	case isAny(err, nats.ErrMaxPayload, jetstream.ErrStreamMessageExceedsMaximum):
		return fault.TooLarge
	case isAny(err, nats.ErrConnectionClosed, nats.ErrInvalidConnection):
		return fault.Unreachable
	case isAny(err, nats.ErrPermissionViolation, nats.ErrAuthorization):
		return fault.Forbidden
	default:
		return fault.Transient // what the server or the network says, and may not say again
	}
}

// retriable says whether the same publish may work in a while: the stream is full, or the server does not answer.
func retriable(err error) bool {
	if classified(err) {
		return fault.KindOf(err) == fault.Transient
	}
	return kindOf(err) == fault.Transient
}

func classified(err error) bool {
	_, ok := errors.AsType[*fault.Error](err)
	return ok
}

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

func code(err error) jetstream.ErrorCode {
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		return api.ErrorCode
	}
	return 0
}
