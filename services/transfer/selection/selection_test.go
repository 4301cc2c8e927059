package selection_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/transfer/selection"
)

// row answers for a record whose table has the given fields.
func row(fields map[string][]string) func(string) ([]string, bool) {
	return func(selector string) ([]string, bool) {
		values, known := fields[selector]
		return values, known
	}
}

var sample = row(map[string][]string{
	"~.name":         {"Anchor Relief"},
	"~.acronym":      {"AR"},
	"~.year":         {"1999"},
	"~.lat":          {"60.39"},
	"~.comments":     nil,
	"~.blank":        {""},
	"~.quote":        {`say "hi", twice`},
	"~.none":         {"NONE"},
	"~.founded":      {"2026-11-22T09:00:00"},
	"~.active":       {"True"},
	"~.sectors":      {"1", "3", "10"},
	"~.town":         {"Tromsø"},
	"address.city":   {"Bergen", "Oslo"},
	"~.modified_on":  {"2026-11-22T09:00:00Z"},
	"~.big":          {"9007199254740993"},
	"~.negative":     {"-5"},
	"~.under__score": {"x"},
})

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query string
		want  bool
	}{
		{"", true},
		{"~.acronym=AR", true},
		{"~.acronym=ar", false},
		{"organisation.acronym=AR", true},
		{"org_organisation.acronym=AR", true},
		{"~.acronym__eq=AR", true},
		{"~.acronym__EQ=AR", true},
		{"~.acronym!=AR", false},
		{"~.acronym!=XX", true},
		{"~.acronym__ne=AR", false},
		{"~.acronym__ne=XX", true},
		{"~.acronym__ne!=AR", true},
		{"~.acronym=XX,AR", true},
		{"~.acronym__ne=XX,AR", false},
		{"~.acronym__belongs=XX,YY", false},
		{"~.name__like=anchor*", true},
		{"~.name__like=*relief", true},
		{"~.name__like=A?chor*", true},
		{"~.name__like=anchor", false},
		{"~.name__like!=anchor*", false},
		{"~.name__like=B*,A*", true},
		{"~.town__like=TROMS?", true},
		{"~.town__like=*Ø", true},
		{"~.name|~.acronym=AR", true},
		{"~.name|~.acronym__like=x*", false},
		{"~.name|~.acronym__like!=x*", true},
		{"~.name|~.acronym!=AR", false},
		{"~.acronym=AR&~.year=1999", true},
		{"~.acronym=AR&~.year=2000", false},
		{"~.year__ge=1999&~.year__le=1999", true},
		{"~.year__gt=1999", false},
		{"~.year__gt=1000&~.year__lt=10000", true},
		{"~.year=1999.0", true},
		{"~.lat__gt=60.4", false},
		{"~.lat__lt=60.4", true},
		{"~.lat__gt=7", true},
		{"~.negative__lt=-4", true},
		{"~.negative__gt=-4", false},
		{"~.negative__lt=0", true},
		{"~.big=9007199254740992", false},
		{"~.big__gt=9007199254740992", true},
		{"~.comments=NONE", true},
		{"~.comments!=NONE", false},
		{"~.comments__ne=NONE", false},
		{"~.acronym=NONE", false},
		{"~.acronym__ne=NONE", true},
		{"~.blank=NONE", true},
		{"~.comments=NONE,AR", true},
		{"~.acronym=NONE,AR", true},
		{"~.comments__ne=AR", true},
		{"~.comments__lt=5", false},
		{"~.comments__gt=5", false},
		{"~.blank__lt=5", false},
		{`~.none="NONE"`, true},
		{"~.none=NONE", false},
		{`~.quote="say \"hi\", twice"`, true},
		{`~.quote=say%20%5C%22hi%5C%22%2C+twice`, false},
		{`~.quote=%22say%20%5C%22hi%5C%22%2C+twice%22`, true},
		{"~.founded__gt=2026-11-21", true},
		{"~.founded__lt=2026-11-22T08:00:00%2B00:00", false},
		{"~.founded=2026-11-22T10:00:00%2B01:00", true},
		{"~.modified_on__ge=2026-11-22 09:00:00", true},
		{"~.modified_on__gt=2026-11-22 09:00:00", false},
		{"~.active=true", true},
		{"~.active=false", false},
		{"~.sectors=3", true},
		{"~.sectors=2", false},
		{"~.sectors__contains=1,10", true},
		{"~.sectors__contains=1,2", false},
		{"~.sectors__anyof=2,10", true},
		{"~.sectors__anyof=2,4", false},
		{"address.city=Oslo", true},
		{"address.city=Paris", false},
		{"address.city__ne=Oslo", false},
		{"~.under__score__eq=x", true},
		{"~.unheard_of=1", false},
		{"~.unheard_of!=1", false},
		{"~.unheard_of__ne=1", false},
		{"~.unheard_of|~.acronym=AR", true},
		{"~.unheard_of|~.acronym!=XX", true},
	}
	for _, tt := range tests {
		f, err := selection.Parse("org_organisation", tt.query)
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.query, err)
			continue
		}
		if got := f.Match(sample); got != tt.want {
			t.Errorf("%q matches %v, want %v", tt.query, got, tt.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ query, problem string }{
		{"name=A", "must name a field"},
		{"~.=A", "must name a field"},
		{"~.name", "has no value"},
		{".name=A", "must name a field"},
		{"~.na me=A", "must name a field"},
		{"~.1name=A", "must name a field"},
		{"a.b.c=A", "must name a field"},
		{"~.a|=A", "must name a field"},
		{"|~.a=A", "must name a field"},
		{"=A", "must name a field"},
		{"!=A", "must name a field"},
		{"~.dataset_id$code=X", "selectors over references are not supported"},
		{"$filter=(~.a eq 1)", "expressions are not supported"},
		{"(~.a)=1", "expressions are not supported"},
		{"~.name__near=A", "__near is unknown"},
		{"~.name__=A", "__ is unknown"},
		{"~.name__typeof=A", "__typeof is not supported"},
		{"~.name__intersects=A", "__intersects is not supported"},
		{"~.name%zz=A", "broken percent sequence in its selector"},
		{"~.name=%zz", "broken percent sequence in its value"},
		{`~.name="A`, "double quote is not closed"},
		{"~.name__like=NONE", "NONE cannot be compared by __like"},
		{"~.year__lt=5,NONE", "NONE cannot be compared by __lt"},
		{"~." + strings.Repeat("a", 129) + "=1", "must name a field"},
		{"~.a=" + strings.Repeat(",", selection.MaxAlternatives), "too many alternatives"},
		{strings.Repeat("~.a|", selection.MaxSelectors) + "~.a=1", "joins too many fields"},
		{strings.Repeat("~.a=1&", selection.MaxCriteria) + "~.a=1", "one criterion too many"},
		{"~.a=" + strings.Repeat("x", selection.MaxQueryBytes), "longer than 16 KiB"},
	}
	for _, tt := range tests {
		_, err := selection.Parse("org_organisation", tt.query)
		var refused *selection.Error
		if !errors.As(err, &refused) || !strings.Contains(refused.Problem, tt.problem) {
			t.Errorf("Parse(%.60q) = %v, want %q", tt.query, err, tt.problem)
		}
		if err != nil && len(err.Error()) > 400 {
			t.Errorf("Parse(%.60q): the message has %d bytes", tt.query, len(err.Error()))
		}
	}
}

func TestLimitsAreReached(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"~.a=" + strings.Repeat(",", selection.MaxAlternatives-1),
		strings.Repeat("~.a|", selection.MaxSelectors-1) + "~.a=1",
		strings.Repeat("~.a=1&", selection.MaxCriteria),
	} {
		if _, err := selection.Parse("org_organisation", query); err != nil {
			t.Errorf("Parse(%.40q): %v", query, err)
		}
	}
}

func TestSelectors(t *testing.T) {
	t.Parallel()
	f, err := selection.Parse("org_organisation", "organisation.name|address.city__like=A*&~.code=1&~.name__ne=B")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"~.name", "address.city", "~.code"}, f.Selectors()); diff != "" {
		t.Errorf("selectors (-want +got):\n%s", diff)
	}
	if f.Table() != "org_organisation" {
		t.Errorf("table %q", f.Table())
	}
}

// fits is the plainest reading of a pattern, to compare the fast one with.
func fits(pattern, text []rune) bool {
	if len(pattern) == 0 {
		return len(text) == 0
	}
	if pattern[0] == '*' {
		return fits(pattern[1:], text) || len(text) > 0 && fits(pattern, text[1:])
	}
	return len(text) > 0 && (pattern[0] == '?' || pattern[0] == text[0]) && fits(pattern[1:], text[1:])
}

// texts lists all texts of up to n characters of an alphabet.
func texts(alphabet string, n int) []string {
	all := []string{""}
	for from, round := 0, 0; round < n; round++ {
		end := len(all)
		for _, prefix := range all[from:end] {
			for _, c := range alphabet {
				all = append(all, prefix+string(c))
			}
		}
		from = end
	}
	return all
}

func TestWildcardsAgreeWithThePlainReading(t *testing.T) {
	t.Parallel()
	compared := 0
	for _, pattern := range texts("aø*?", 5) {
		f, err := selection.Parse("a_b", `~.x__like="`+pattern+`"`)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts("aø", 5) {
			get := func(string) ([]string, bool) { return []string{text}, true }
			if got, want := f.Match(get), fits([]rune(pattern), []rune(text)); got != want {
				t.Fatalf("pattern %q, text %q: %v, want %v", pattern, text, got, want)
			}
			compared++
		}
	}
	if compared < 10_000 {
		t.Errorf("only %d comparisons", compared)
	}
}

func TestNumbersAgreeWithIntegers(t *testing.T) {
	t.Parallel()
	for a := -12; a <= 12; a++ {
		for b := -12; b <= 12; b++ {
			value := fmt.Sprintf("%+03d.%d", a, 0)
			get := func(string) ([]string, bool) { return []string{value}, true }
			for op, want := range map[string]bool{"eq": a == b, "ne": a != b, "lt": a < b, "le": a <= b, "gt": a > b, "ge": a >= b} {
				f, err := selection.Parse("a_b", fmt.Sprintf("~.x__%s=%d", op, b))
				if err != nil {
					t.Fatal(err)
				}
				if got := f.Match(get); got != want {
					t.Errorf("%s %s %d = %v, want %v", value, op, b, got, want)
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"~.name__like=A*&~.code=1,2", `~.a|b.c__ne!="x,\"y",NONE`, "~.a=%zz", "$filter=x", "~.lat__lt=-0.10"} {
		f.Add("org_organisation", seed, "some value")
	}
	f.Fuzz(func(t *testing.T, table, query, value string) {
		filter, err := selection.Parse(table, query)
		if err != nil {
			var refused *selection.Error
			if !errors.As(err, &refused) {
				t.Fatalf("%v is no *Error", err)
			}
			return
		}
		known := func(string) ([]string, bool) { return []string{value}, true }
		first := filter.Match(known)
		if again := filter.Match(known); first != again {
			t.Fatal("the same record gives two answers")
		}
		unknown := func(string) ([]string, bool) { return nil, false }
		if len(filter.Selectors()) > 0 && filter.Match(unknown) {
			t.Fatal("a filter on unknown fields chooses a record")
		}
	})
}
