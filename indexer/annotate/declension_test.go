package annotate

import (
	"slices"
	"testing"

	"rostrum/internal/registry"
	"rostrum/internal/statement"
)

func TestDeclined(t *testing.T) {
	for name, want := range map[string][]string{
		"дания":     {"дания", "дании", "данию", "данией"},
		"куба":      {"куба", "кубы", "кубе", "кубу", "кубой"},
		"иран":      {"иран", "ирана", "ирану", "ираном", "иране"},
		"китай":     {"китай", "китая", "китаю", "китаем", "китае"},
		"беларусь":  {"беларусь", "беларуси", "беларусью"},
		"израиль":   {"израиль", "израиля", "израилю", "израилем", "израиле"},
		"филиппины": {"филиппины", "филиппинам", "филиппинах"},
		"мали":      {"мали"},
		"перу":      {"перу"},
	} {
		got := declined(name)
		for _, form := range want {
			if !slices.Contains(got, form) {
				t.Errorf("declined(%s) lacks %s: %v", name, form, got)
			}
		}
		if len(want) == 1 && len(got) != 1 {
			t.Errorf("declined(%s) = %v", name, got)
		}
		if slices.Contains(got, "данные") || slices.Contains(got, "малые") {
			t.Errorf("declined(%s) has another word: %v", name, got)
		}
	}
}

func TestRussianNames(t *testing.T) {
	r, err := registry.New([]registry.Actor{
		{ID: "vl", Kind: "state", Name: "Valdania", Names: map[string]string{"ru": "Валдания"}, Aliases: []string{"Республика Валдания", "ВД"}, Except: []string{"Северная Валдания"}},
		{ID: "or", Kind: "state", Name: "Orea", Names: map[string]string{"ru": "Южная Орея"}},
	}, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(Options{Registry: r})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"Делегация Валдании":                    {"vl"},
		"Вместе с Валданией":                    {"vl"},
		"Делегация Северной Валдании":           nil,
		"Валданные сведения":                    nil,
		"Делегация Южной Ореи":                  {"or"},
		"Переговоры с Южной Ореей, ВД и другие": {"or", "vl"},
	} {
		if got := inRole(a.Annotate(input("", text, "ru")), statement.Mentioned); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
