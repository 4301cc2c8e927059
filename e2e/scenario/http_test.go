package scenario_test

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// jar is the browser of somebody who is signed in.
type jar = cookiejar.Jar

// request is what the flags of the command http say.
type request struct {
	user, token, session, data, file string
	head                             bool
	headers                          lines
}

type lines []string

// String is for the flag package.
func (l *lines) String() string { return strings.Join(*l, ", ") }

// Set is for the flag package.
func (l *lines) Set(text string) error {
	*l = append(*l, text)
	return nil
}

// httpCommand makes one request and says status, with -i the header, and body:
//
//	-u USER:PASSWORD  -t TOKEN  -s SESSION (cookies are kept under this name)  -H 'NAME: VALUE'
//	-d BODY           -f FILE with the body
//
// It fails if there is no answer at all; other problems are answers.
func httpCommand(ts *testscript.TestScript, args []string) answer {
	var q request
	flags := flag.NewFlagSet("http", flag.ContinueOnError)
	flags.StringVar(&q.user, "u", "", "")
	flags.StringVar(&q.token, "t", "", "")
	flags.StringVar(&q.session, "s", "", "")
	flags.StringVar(&q.data, "d", "", "")
	flags.StringVar(&q.file, "f", "", "")
	flags.BoolVar(&q.head, "i", false, "")
	flags.Var(&q.headers, "H", "")
	ts.Check(flags.Parse(args))
	if flags.NArg() != 2 {
		ts.Fatalf("usage: http [FLAG…] METHOD URL")
	}
	if q.file != "" {
		q.data = ts.ReadFile(q.file)
	}
	r, err := q.make(worldOf(ts), flags.Arg(0), flags.Arg(1))
	ts.Check(err)
	out, err := q.send(worldOf(ts), r)
	if err != nil {
		return answer{err: err.Error(), failed: true}
	}
	return answer{out: out}
}

func (q request) make(w *world, method, url string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(w.tb.Context(), method, url, strings.NewReader(q.data))
	if err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(q.data, "{"):
		r.Header.Set("Content-Type", "application/json")
	case q.data != "":
		r.Header.Set("Content-Type", "text/xml")
	}
	if user, password, ok := strings.Cut(q.user, ":"); ok {
		r.SetBasicAuth(user, password)
	}
	if q.token != "" {
		r.Header.Set("Authorization", "Bearer "+q.token)
	}
	for _, line := range q.headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	return r, nil
}

func (q request) send(w *world, r *http.Request) (string, error) {
	client := http.Client{
		Transport: http.DefaultTransport, Timeout: clientTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if q.session != "" {
		if w.jars[q.session] == nil {
			w.jars[q.session] = newJar()
		}
		client.Jar = w.jars[q.session]
	}
	response, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "HTTP %d\n", response.StatusCode)
	if q.head {
		out.WriteString(headerText(response.Header))
	}
	fmt.Fprintf(&out, "\n%s\n", body)
	return out.String(), nil
}

func newJar() *jar {
	j, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // without options there is nothing to fail
	}
	return j
}

func headerText(header http.Header) string {
	var all []string
	for name, values := range header {
		for _, value := range values {
			all = append(all, name+": "+value+"\n")
		}
	}
	slices.Sort(all)
	return strings.Join(all, "")
}
