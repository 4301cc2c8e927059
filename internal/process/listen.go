package process

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/net/netutil"
)

// TLSSettings say how listeners encrypt; embed.
type TLSSettings struct {
	TLSCert      string `name:"tls-cert" help:"Certificate chain (PEM) of the listener; read again when it changes." type:"path" placeholder:"FILE"`
	TLSKey       string `name:"tls-key" help:"Private key (PEM) of the certificate." type:"path" placeholder:"FILE"`
	InsecureHTTP bool   `name:"insecure-http" help:"Listen beyond this machine without encryption, for use behind a proxy that encrypts."`
}

// ListenOptions are what Listen needs beside the address.
type ListenOptions struct {
	TLS TLSSettings
	// ClientCA is a file of certificates; callers must have one signed by them.
	ClientCA string
	// Data is the folder that keeps a generated certificate.
	Data string
	// Logger hears about generated certificates and missing encryption.
	Logger *slog.Logger
	// Now is the clock for the validity of certificates.
	Now func() time.Time
}

// Listener is a listener that knows how it is reached.
type Listener struct {
	net.Listener
	// Secure says that it speaks TLS.
	Secure bool
}

// URL is the address for people, for example "https://127.0.0.1:8080".
func (l *Listener) URL() string {
	if l.Secure {
		return "https://" + l.Addr().String()
	}
	return "http://" + l.Addr().String()
}

// maxConnections is how many connections a listener takes at the same time; more have to wait.
const maxConnections = 8192

// Listen opens "host:port" or "unix:/path". With a certificate it speaks TLS.
// Without one a listener that is reached from this machine only speaks plain
// text; any other makes itself a certificate in the data folder, unless
// InsecureHTTP says that somebody else encrypts.
func Listen(ctx context.Context, address string, opts ListenOptions) (*Listener, error) {
	network := "tcp"
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		network, address = "unix", path
	}
	config, err := opts.config(network, address)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, network, address)
	if err != nil {
		return nil, badSetting("it cannot listen on %s (is another process there?)", address).Wrap(err)
	}
	listener = netutil.LimitListener(listener, maxConnections)
	if config == nil {
		return &Listener{Listener: listener}, nil
	}
	return &Listener{Listener: tls.NewListener(listener, config), Secure: true}, nil
}

// config is nil for plain text.
func (o ListenOptions) config(network, address string) (*tls.Config, error) {
	var certificate *watched[*tls.Certificate]
	var err error
	switch {
	case (o.TLS.TLSCert == "") != (o.TLS.TLSKey == ""):
		return nil, halfPair()
	case o.TLS.TLSCert != "":
		certificate, err = watchPair(o.TLS, o.Now, o.Logger)
	case network == "unix" || isLoopback(address):
		return nil, o.plain()
	case o.TLS.InsecureHTTP:
		o.Logger.Warn("listening beyond this machine without encryption", slog.String("address", address))
		return nil, o.plain()
	default:
		certificate, err = o.generated(address)
	}
	if err != nil {
		return nil, err
	}
	config := &tls.Config{
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return certificate.get(), nil },
		MinVersion:     tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
	}
	if o.ClientCA == "" {
		return config, nil
	}
	return o.demanding(config)
}

func halfPair() error { return badSetting("--tls-cert and --tls-key belong together") }

// plain refuses to let everybody in where callers were to show certificates.
func (o ListenOptions) plain() error {
	if o.ClientCA == "" {
		return nil
	}
	return badSetting("--tls-client-ca needs --tls-cert and --tls-key: without encryption nobody can show a certificate")
}

// demanding is config for callers that show a certificate of one of the authorities.
func (o ListenOptions) demanding(config *tls.Config) (*tls.Config, error) {
	authorities, err := watchAuthorities(o.ClientCA, o.Now, o.Logger)
	if err != nil {
		return nil, err
	}
	config.ClientAuth = tls.RequireAndVerifyClientCert
	config.ClientCAs = authorities.get()
	present := config.Clone()
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		mine := present.Clone()
		mine.ClientCAs = authorities.get()
		return mine, nil
	}
	return config, nil
}

func (o ListenOptions) generated(address string) (*watched[*tls.Certificate], error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, badSetting("%q is no address like 127.0.0.1:8080", address).Wrap(err)
	}
	cert, key := filepath.Join(o.Data, "tls", "cert.pem"), filepath.Join(o.Data, "tls", "key.pem")
	if err := ensureCertificate(cert, key, host, o.Now(), o.Logger); err != nil {
		return nil, fmt.Errorf("generated certificate: %w", err)
	}
	return watchPair(TLSSettings{TLSCert: cert, TLSKey: key}, o.Now, o.Logger)
}

// isLoopback is true for addresses that only this machine reaches. A name other
// than localhost counts as outside, whatever it resolves to today.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
