package security_test

import (
	"crypto/tls"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"

	"github.com/edensync/edensync/gateway/auth"
	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/testcert"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

var rewrite = flag.Bool("rewrite", false, "write testdata/matrix.txt anew")

const matrixFile = "testdata/matrix.txt"

const matrixHead = `Who may make which call. Each cell is the answer of the real server to a caller who shows a certificate:

  yes    the call is made
  no     PERMISSION_DENIED
  who?   UNAUTHENTICATED

The first five columns are calls of the gateway for people: for nobody, and in each role. Then come the processes that work
for themselves; they claim to be administrators, and are not believed. The last is a certificate of the same authority
with the name of no service. Written by go test ./e2e/security -rewrite; read the difference.
`

// column is one kind of caller.
type column struct {
	name, certificate string
	caller            rpc.Caller
}

// columns of the matrix. What a process claims to be beside its name must not count.
func columns() []column {
	list := []column{{"nobody", "edensync-gateway", rpc.Caller{Service: "gateway"}}}
	for _, role := range []string{"PEER", "VIEWER", "OPERATOR", "ADMINISTRATOR"} {
		list = append(list, column{strings.ToLower(role), "edensync-gateway", rpc.Caller{Service: "gateway", User: "ada", Role: role}})
	}
	for _, service := range names {
		list = append(list, column{service, "edensync-" + service, rpc.Caller{Service: service, Role: "ADMINISTRATOR"}})
	}
	return append(list, column{"stranger", "edensync-stranger", rpc.Caller{Service: "gateway", User: "ada", Role: "ADMINISTRATOR"}})
}

// TestMatrix calls every method of every contract as everybody there is.
func TestMatrix(t *testing.T) {
	t.Parallel()
	a := testcert.NewAuthority(t)
	certificates := map[string]*testcert.Identity{}
	for _, c := range columns() {
		if _, made := certificates[c.certificate]; !made {
			certificates[c.certificate] = a.Sign(t, testcert.Process(c.certificate))
		}
	}
	var got strings.Builder
	got.WriteString(matrixHead)
	for _, service := range names {
		address := serveDoors(t, a, certificates["edensync-"+service], service)
		header(&got, service)
		rows(t, &got, service, func(c column) *grpc.ClientConn {
			own := certificates[c.certificate].TLS()
			return dial(t, address, rpc.DialOptions{TLS: func() *tls.Config {
				return &tls.Config{RootCAs: a.Pool(), Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12}
			}})
		})
	}
	compare(t, matrixFile, got.String())
}

func dial(t *testing.T, address string, opts rpc.DialOptions) *grpc.ClientConn {
	t.Helper()
	conn, err := rpc.Dial(address, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// serveDoors serves a service with its real listener, certificates and interceptors, and answers the address.
func serveDoors(t *testing.T, a, own *testcert.Identity, name string) string {
	t.Helper()
	service, folder := open(t, name), t.TempDir()
	ca, _ := a.Write(t, folder, "ca")
	cert, key := own.Write(t, folder, "own")
	listener, err := process.Listen(t.Context(), "127.0.0.1:0", process.ListenOptions{
		TLS: process.TLSSettings{TLSCert: cert, TLSKey: key}, ClientCA: ca, Logger: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	server := rpc.NewServer(rpc.ServerOptions{Authorize: service.Authorize})
	registered := &doors{server, map[string]bool{}}
	service.Register(registered)
	contract := slices.Sorted(maps.Keys(methods(name)))
	if diff := cmp.Diff(contract, slices.Sorted(maps.Keys(registered.registered))); diff != "" {
		t.Errorf("the contract of %s and what it serves (-contract +served)\n%s", name, diff)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

func header(to *strings.Builder, service string) {
	fmt.Fprintf(to, "\n%-44s", service)
	for _, c := range columns() {
		fmt.Fprintf(to, " %s", c.name)
	}
	to.WriteByte('\n')
}

func rows(t *testing.T, to *strings.Builder, service string, connect func(column) *grpc.ClientConn) {
	t.Helper()
	conns := make([]*grpc.ClientConn, len(columns()))
	for i, c := range columns() {
		conns[i] = connect(c)
	}
	all := methods(service)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		short := strings.TrimPrefix(name, "/edensync."+service+".v1.")
		if all[name].IsStreamingServer() || all[name].IsStreamingClient() {
			short += " (stream)"
		}
		fmt.Fprintf(to, "%-44s", short)
		open := 0
		for i, c := range columns() {
			cell := answer(t, call(rpc.WithCaller(t.Context(), c.caller), conns[i], name, all[name]))
			if cell == "yes" {
				open++
			}
			fmt.Fprintf(to, " %-*s", len(c.name), cell)
		}
		if open == 0 {
			t.Errorf("%s is open to nobody: it has no rule", name)
		}
		to.WriteByte('\n')
	}
}

func answer(t *testing.T, err error) string {
	t.Helper()
	switch apierr.KindOf(apierr.FromStatus(err)) {
	case apierr.KindPermissionDenied:
		return "no"
	case apierr.KindUnauthenticated:
		return "who?"
	default:
		if err != nil {
			t.Errorf("a call was not answered: %v", err)
		}
		return "yes"
	}
}

// compare fails if the file is not what it should be; with -rewrite it is written.
func compare(t *testing.T, path, got string) {
	t.Helper()
	got = trimLines(got)
	if *rewrite {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s is not what the servers say; if that is meant, write it by -rewrite (-file +servers)\n%s", path, diff)
	}
}

func trimLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// TestTheGatewayAsksFirst: whatever the gateway refuses or lets pass for a role, the service behind it would, too. Only
// sessions are the gateway's alone: it answers for people before anybody is known.
func TestTheGatewayAsksFirst(t *testing.T) {
	t.Parallel()
	roles := map[string]configv1.Role{
		"": configv1.Role_ROLE_UNSPECIFIED, "PEER": configv1.Role_ROLE_PEER, "VIEWER": configv1.Role_ROLE_VIEWER,
		"OPERATOR": configv1.Role_ROLE_OPERATOR, "ADMINISTRATOR": configv1.Role_ROLE_ADMINISTRATOR,
	}
	compared := 0
	for _, service := range names {
		authorize := open(t, service).Authorize
		for name := range methods(service) {
			if _, mapped := auth.Rules[name]; !mapped || strings.Contains(name, ".SessionService/") {
				continue
			}
			for role, number := range roles {
				door := auth.Check(name, auth.Identity{Role: number})
				behind := authorize(t.Context(), name, rpc.Caller{Service: auth.ServiceName, Role: role})
				if compared++; (door == nil) != (behind == nil) {
					t.Errorf("%s for %q: gateway %v, %s %v", name, role, door, service, behind)
				}
			}
		}
	}
	if compared < 200 {
		t.Errorf("only %d rules were compared", compared)
	}
}
