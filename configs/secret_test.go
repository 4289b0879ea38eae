package configs

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestSecretNeverPrints(t *testing.T) {
	cfg, err := loadWith(nil, "processes: [.]\nbus: {url: 'nats://n', token_file: /run/token}\nalerts: {smtp: {host: m, from: a@b.example, user: u, password: swordfish}}\n")
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Bus.Token.Reveal() != "swordfish" || cfg.Alerts.SMTP.Password.Reveal() != "swordfish" {
		t.Fatal("the secrets were not read")
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "token", cfg.Bus.Token, "bus", cfg.Bus, "pointer", &cfg.Alerts)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "token", cfg.Bus.Token, "bus", cfg.Bus)
	asJSON, err := json.Marshal(cfg.Settings)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(cfg.Settings)
	if err != nil {
		t.Fatal(err)
	}
	printed := []string{log.String(), string(asJSON), string(asYAML)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		printed = append(printed, fmt.Sprintf(verb, cfg.Bus.Token), fmt.Sprintf(verb, cfg.Bus), fmt.Sprintf(verb, &cfg.Alerts), fmt.Sprintf(verb, struct{ inside Bus }{cfg.Bus}))
	}
	for _, s := range printed {
		if strings.Contains(s, "swordfish") || strings.Contains(s, fmt.Sprintf("%x", "swordfish")) {
			t.Errorf("told: %s", s)
		}
	}
	if (Secret{}).String() != "" || !(Secret{}).IsZero() {
		t.Error("an empty secret looks set")
	}
}
