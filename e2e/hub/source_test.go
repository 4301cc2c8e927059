package hub_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer/peertest"
)

const resource = "org_office"

// records of the source, and how many of them it tells before it waits: more than are on their way between reading and
// storing.
const (
	records = 7000
	told    = 6500
)

// source is an Eden whose answers to pulls stop in the middle until the test lets them go on.
type source struct {
	*peertest.Eden
	begun chan chan<- struct{} // of each answer that has got so far: what lets it go on when it is closed
}

func newSource(t *testing.T) *source {
	t.Helper()
	s := &source{peertest.Start(t).RequireUser("sync", "secret"), make(chan chan<- struct{}, 16)}
	s.Always(peertest.Pull, s.answer)
	return s
}

func (s *source) answer(x *peertest.Exchange) {
	x.Writer.Header().Set("Content-Type", "text/xml")
	_, _ = io.WriteString(x.Writer, "<s3xml>")
	for i := range told {
		_, _ = io.WriteString(x.Writer, office(i))
	}
	_ = http.NewResponseController(x.Writer).Flush()
	goOn := make(chan struct{})
	s.begun <- goOn
	select {
	case <-goOn:
	case <-x.Request.Context().Done():
		return
	}
	for i := told; i < records; i++ {
		_, _ = io.WriteString(x.Writer, office(i))
	}
	_, _ = io.WriteString(x.Writer, "</s3xml>")
}

// next waits until a further answer has got so far.
func (s *source) next(t *testing.T) (goOn chan<- struct{}) {
	t.Helper()
	select {
	case goOn = <-s.begun:
		return goOn
	case <-time.After(patience):
		t.Fatal("nobody asks the source")
		return nil
	}
}

func office(i int) string {
	return fmt.Sprintf(`<resource name=%q uuid="urn:office:%d" created_on="2026-11-20T09:00:00" modified_on="2026-11-20T09:00:00">`+
		`<data field="name">Office %d</data></resource>`, resource, i, i)
}
