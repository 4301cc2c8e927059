package cli

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/edensync/edensync/cmd/edensync/internal/api"
	"github.com/edensync/edensync/cmd/edensync/internal/serve"
	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
)

// Remote says which site a command speaks to, and how it answers; embed.
type Remote struct {
	Server string         `help:"Address of the site, such as https://sync.example.org. On the site's own machine it is found in the data folder." placeholder:"URL"`
	Token  process.Secret `help:"Token of the site (see edensync tokens). On the site's own machine it is found in the data folder." placeholder:"SECRET"`
	CA     string         `name:"ca" help:"Certificates (PEM) that sign the site's certificate, for sites with an authority of their own." type:"path" placeholder:"FILE"`
	Data   string         `help:"Data folder of the site, where address and token are found." default:"data" type:"path"`
	Output string         `short:"o" help:"Form of the answer: table or json." enum:"table,json" default:"table"`
}

// AfterApply hands the flags to the command.
func (r *Remote) AfterApply(e *Env) error {
	e.remote = *r
	return nil
}

// client makes the client of the site that flags, environment or data folder name. The token of the data folder goes to
// the site of the data folder only.
func (r Remote) client() (*api.Client, error) {
	key, err := r.key()
	if err != nil {
		return nil, err
	}
	client := &api.Client{Base: r.Server, Token: r.Token.Reveal()}
	local := key.Server != "" && (r.Server == "" || sameAddress(r.Server, key.Server))
	if local {
		client.Base = key.Server
		if client.Token == "" {
			client.Token = key.Token
		}
	}
	if client.Base == "" {
		return nil, apierr.New(apierr.KindUnavailable, apierr.ReasonSettingsInvalid,
			"There is no site in %s, or it has no administrator yet, so nothing was done. Start one with edensync serve and set it up, or name another with --server and --token.", r.Data)
	}
	client.HTTP, err = r.transport(local)
	return client, err
}

// key reads what a site leaves for commands on its own machine; the zero key if there is none.
func (r Remote) key() (key serve.Key, err error) {
	path := filepath.Join(r.Data, serve.KeyFile)
	text, err := os.ReadFile(path) //nolint:gosec // whoever gives the command names the folder
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return serve.Key{}, nil // somebody else's site: it has to be named
	}
	if err == nil {
		err = json.Unmarshal(text, &key)
	}
	if err != nil {
		return serve.Key{}, fmt.Errorf("read address and token of the site in %s: %w", path, err)
	}
	return key, nil
}

func sameAddress(a, b string) bool {
	return strings.TrimRight(a, "/") == strings.TrimRight(b, "/")
}

// transport trusts the system's authorities, those of --ca, and for the site of the data folder the very certificate that
// lies there, because it was made there and nobody has signed it.
func (r Remote) transport(local bool) (*http.Client, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	switch own := r.ownCertificate(local); {
	case r.CA != "":
		text, err := os.ReadFile(r.CA)
		if err != nil {
			return nil, fmt.Errorf("read the certificates of --ca: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s holds no certificate in PEM form", r.CA)
		}
	case own != nil:
		config.InsecureSkipVerify = true // VerifyConnection is stricter: it takes one certificate only
		config.VerifyConnection = func(state tls.ConnectionState) error { return isOwn(state, own) }
	}
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultClient, nil
	}
	transport = transport.Clone()
	transport.TLSClientConfig = config
	return &http.Client{Transport: transport}, nil
}

// ownCertificate is the certificate that the site of the data folder has made for itself, nil if there is none.
func (r Remote) ownCertificate(local bool) []byte {
	if !local {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(r.Data, "tls", "cert.pem"))
	if err != nil {
		return nil
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil
	}
	return block.Bytes
}

func isOwn(state tls.ConnectionState, own []byte) error {
	if len(state.PeerCertificates) > 0 && bytes.Equal(state.PeerCertificates[0].Raw, own) {
		return nil
	}
	return errors.New("the certificate is not the one in the data folder")
}
