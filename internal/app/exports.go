package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"

	"rostrum/configs"
	"rostrum/internal/bus"
	"rostrum/internal/registry"
	"rostrum/search/export"
)

// ExportsFolder holds, in the data folder, the kept exports.
const ExportsFolder = "exports"

// newExporter makes what writes exports of a node's store and archive.
func (a *App) newExporter(n *node) (*export.Exporter, error) {
	definitions, files := definitionsOf(a.registry), map[string]string{}
	for name, sum := range a.cfg.Files {
		files[name] = "sha256:" + sum
	}
	return export.New(export.Options{Compiler: n.service, Selector: n.store, Captures: publicCaptures{n}, Phases: exportPhases(a.registry),
		TopicName: func(id string) string {
			topic, _ := a.registry.Topic(id)
			return topic.Name
		},
		Origin: func(ctx context.Context) export.Origin {
			from := export.Origin{Software: "Rostrum/" + Version, Definitions: definitions, Files: files, Note: n.note()}
			if s, err := n.store.Status(ctx); err == nil { // a manifest without it still holds
				from.Generation, from.Statements, from.Newest = s.Generation, s.Statements, s.Newest
			}
			return from
		}})
}

// SchedulesFolder holds, in the data folder, the lists of what exports that are made again and again brought last.
const SchedulesFolder = "export-schedules"

// startExports goes on with the exports that are kept, and those that are made again and again.
func (a *App) startExports(ctx, work context.Context) (err error) {
	a.node.keeper, err = export.OpenKeeper(export.KeeperOptions{Dir: filepath.Join(a.cfg.Data, ExportsFolder), Exporter: a.node.exporter, Pinner: a.node.store, Log: a.log.With("room", "exports")})
	if err != nil {
		return err
	}
	if withdrawn, renewed, err := a.node.keeper.Mend(ctx); err != nil {
		return fmt.Errorf("forget in kept exports: %w", err)
	} else if withdrawn+renewed > 0 {
		a.log.Warn("a statement was forgotten and the process ended before kept exports were looked through: done now", "withdrawn", withdrawn, "renewed", renewed)
	}
	targets, err := exportTargets(&a.cfg.Exports)
	if err != nil {
		return err
	}
	a.node.schedules, err = export.OpenSchedules(ctx, export.SchedulesOptions{Keeper: a.node.keeper, Settings: a.bus.Bucket(bus.Settings), Dir: filepath.Join(a.cfg.Data, SchedulesFolder),
		Targets: targets, Log: a.log.With("room", "exports")})
	if err != nil {
		return err
	}
	a.goRun(work, "exports", a.node.keeper.Run)
	a.goRun(work, "export schedules", a.node.schedules.Run)
	return nil
}

// exportTargets are the places that are configured.
func exportTargets(c *configs.Exports) (map[string]export.Target, error) {
	targets := map[string]export.Target{}
	if c.Folder != "" {
		targets[export.ToFolder] = export.NewFolder(c.Folder)
	}
	if c.S3.Endpoint != "" {
		bucket, err := export.NewS3(export.S3Options{Endpoint: c.S3.Endpoint, Region: c.S3.Region, Bucket: c.S3.Bucket, AccessKey: c.S3.AccessKey, SecretKey: c.S3.SecretKey.Reveal})
		if err != nil {
			return nil, err
		}
		targets[export.ToS3] = bucket
	}
	return targets, nil
}

// definitionsOf are the hashes of what actors and topics are found by.
func definitionsOf(reg *registry.Registry) map[string]string {
	hashed := map[string]string{}
	for name, what := range map[string]any{"actors": reg.Actors(), "topics": reg.Topics()} {
		if body, err := json.Marshal(what); err == nil { // plain values always encode
			sum := sha256.Sum256(body)
			hashed[name] = "sha256:" + hex.EncodeToString(sum[:])
		}
	}
	return hashed
}

func exportPhases(reg *registry.Registry) []export.Phase {
	var out []export.Phase
	for _, p := range phases(reg) {
		out = append(out, export.Phase{ID: p.ID, From: p.From, To: p.To})
	}
	return out
}
