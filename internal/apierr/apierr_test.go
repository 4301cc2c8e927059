package apierr_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/edensync/edensync/internal/apierr"
)

var ignoreCause = cmpopts.IgnoreUnexported(apierr.Error{})

func TestStatusRoundTripKeepsEverythingButTheCause(t *testing.T) {
	t.Parallel()
	tests := map[string]*apierr.Error{
		"plain":        apierr.New(apierr.KindStale, apierr.ReasonStale, "changed by %s", "ada"),
		"metadata":     apierr.NotFound("repository", "r1"),
		"fields":       apierr.Invalid(apierr.Field{Name: "url", Message: "must be http or https"}, apierr.Field{Name: "name", Message: "is empty"}),
		"retry":        apierr.New(apierr.KindExhausted, apierr.ReasonRateLimited, "slow down").After(3 * time.Second),
		"cancelled":    apierr.New(apierr.KindTimeout, apierr.ReasonCancelled, "gone"),
		"internal":     apierr.New(apierr.KindInternal, apierr.ReasonLedgerOpen, "sum"),
		"all together": apierr.Invalid(apierr.Field{Name: "a", Message: "b"}).With("k", "v").After(time.Minute).Wrap(io.EOF),
	}
	for name, sent := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := apierr.As(apierr.FromStatus(sent.GRPCStatus().Err()))
			if !ok {
				t.Fatal("no *Error came back")
			}
			if diff := cmp.Diff(sent, got, ignoreCause, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-sent +received)\n%s", diff)
			}
			if errors.Is(got, io.EOF) {
				t.Error("the cause left the process")
			}
		})
	}
}

func TestEveryKindHasItsOwnCode(t *testing.T) {
	t.Parallel()
	seen := map[codes.Code]apierr.Kind{}
	for kind := apierr.KindInternal; kind <= apierr.KindUnimplemented; kind++ {
		code := apierr.New(kind, "R", "m").GRPCStatus().Code()
		if other, double := seen[code]; double {
			t.Errorf("kinds %v and %v both travel as %v", kind, other, code)
		}
		seen[code] = kind
		if kind.String() != code.String() {
			t.Errorf("kind %d is called %q, its code %q", kind, kind, code)
		}
	}
	if got := apierr.Kind(99).String(); got != "Kind(99)" {
		t.Errorf("unknown kind is called %q", got)
	}
}

func TestFromStatusOfOthers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err    error
		kind   apierr.Kind
		reason apierr.Reason
		is     error
	}{
		"grpc unavailable":  {status.Error(codes.Unavailable, "x"), apierr.KindUnavailable, apierr.ReasonUnavailable, nil},
		"grpc unknown":      {status.Error(codes.Unknown, "x"), apierr.KindInternal, apierr.ReasonInternal, nil},
		"grpc deadline":     {status.Error(codes.DeadlineExceeded, "x"), apierr.KindTimeout, apierr.ReasonTimeout, context.DeadlineExceeded},
		"grpc cancelled":    {status.Error(codes.Canceled, "x"), apierr.KindTimeout, apierr.ReasonCancelled, context.Canceled},
		"context deadline":  {context.DeadlineExceeded, apierr.KindTimeout, apierr.ReasonTimeout, context.DeadlineExceeded},
		"context cancelled": {fmt.Errorf("call: %w", context.Canceled), apierr.KindTimeout, apierr.ReasonCancelled, context.Canceled},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := apierr.FromStatus(test.err)
			if apierr.KindOf(got) != test.kind || apierr.ReasonOf(got) != test.reason {
				t.Errorf("got %v %v, want %v %v", apierr.KindOf(got), apierr.ReasonOf(got), test.kind, test.reason)
			}
			if test.is != nil && !errors.Is(got, test.is) {
				t.Errorf("%v is not %v", got, test.is)
			}
		})
	}
	down, _ := apierr.As(apierr.FromStatus(status.Error(codes.Unavailable, "dial tcp 192.0.2.1:1")))
	if strings.Contains(down.Message, "192.0.2.1") || !strings.Contains(down.Error(), "192.0.2.1") {
		t.Errorf("the address must stand in the log only: %q, %q", down.Message, down.Error())
	}
	if got := apierr.FromStatus(io.EOF); !errors.Is(got, io.EOF) || apierr.KindOf(got) != apierr.KindInternal {
		t.Errorf("io.EOF became %v", got)
	}
	if apierr.FromStatus(nil) != nil {
		t.Error("nil became an error")
	}
}

func TestPublicHidesWhatIsNotMeantForCallers(t *testing.T) {
	t.Parallel()
	secret := errors.New("dial 10.0.0.1: password wrong")
	hidden := apierr.Public(fmt.Errorf("open: %w", secret))
	if hidden.Message != "internal error" || hidden.Reason != apierr.ReasonInternal {
		t.Errorf("hidden = %+v", hidden)
	}
	if strings.Contains(hidden.GRPCStatus().Message(), "10.0.0.1") {
		t.Error("the cause is in the status")
	}
	if !errors.Is(hidden, secret) {
		t.Error("the log cannot see the cause any more")
	}
	known := apierr.NotFound("task", "t")
	if got := apierr.Public(fmt.Errorf("read: %w", known)); got != known {
		t.Errorf("a known error became %+v", got)
	}
	if apierr.Public(nil) != nil {
		t.Error("nil became an error")
	}
}

func TestCopiesLeaveTheOriginalAlone(t *testing.T) {
	t.Parallel()
	base := apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable, "down").With("a", "1")
	other := base.With("a", "2").After(time.Second).Wrap(io.EOF)
	if base.Metadata["a"] != "1" || base.RetryAfter != 0 || errors.Is(base, io.EOF) {
		t.Errorf("the original changed: %+v", base)
	}
	if other.Metadata["a"] != "2" || other.RetryAfter != time.Second || !errors.Is(other, io.EOF) {
		t.Errorf("the copy lacks something: %+v", other)
	}
}

func TestReasonAndKindOfOrdinaryErrors(t *testing.T) {
	t.Parallel()
	if got := apierr.ReasonOf(nil); got != "" {
		t.Errorf("ReasonOf(nil) = %q", got)
	}
	if got := apierr.ReasonOf(io.EOF); got != apierr.ReasonInternal {
		t.Errorf("ReasonOf(EOF) = %q", got)
	}
	if got := apierr.KindOf(fmt.Errorf("x: %w", apierr.NotFound("a", "b"))); got != apierr.KindNotFound {
		t.Errorf("KindOf(wrapped) = %v", got)
	}
}

func TestErrorTextForLogs(t *testing.T) {
	t.Parallel()
	err := apierr.Invalid(apierr.Field{Name: "url", Message: "is empty."}).Wrap(io.EOF)
	want := "INVALID_ARGUMENT: The request was refused and nothing was changed: url is empty.: EOF"
	if got := err.Error(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := apierr.Invalid().Message; !strings.Contains(got, "it is not valid") {
		t.Errorf("no fields: %q", got)
	}
}
