// Package grpcapi answers the calls of config: it turns requests into the terms
// of the domain and back, and knows pages, masks and callers.
package grpcapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/edensync/edensync/internal/pagetoken"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/services/config"
)

// actorOf is who made the call that is being answered.
func actorOf(ctx context.Context) config.Actor {
	return ActorOf(rpc.CallerFrom(ctx))
}

// ActorOf is a caller in the terms of the domain.
func ActorOf(c rpc.Caller) config.Actor {
	return config.Actor{User: c.User, Role: config.Role(c.Role), Service: c.Service, RequestID: c.RequestID}
}

// idempotent is a request that may be repeated.
type idempotent interface {
	proto.Message
	GetRequestId() string
}

// callOf describes a change: who asks, and how a repetition is recognised.
func callOf(ctx context.Context, req idempotent) (config.Call, error) {
	fingerprint, err := fingerprintOf(req)
	return config.Call{
		Actor:       actorOf(ctx),
		Method:      string(req.ProtoReflect().Descriptor().Name()),
		RequestID:   req.GetRequestId(),
		Fingerprint: fingerprint,
	}, err
}

// fingerprintOf is a hash of the request without its secrets: a hash of a
// password could be guessed at.
func fingerprintOf(req proto.Message) (string, error) {
	plain := proto.Clone(req)
	withoutSecrets(plain.ProtoReflect())
	text, err := proto.MarshalOptions{Deterministic: true}.Marshal(plain)
	if err != nil {
		return "", fmt.Errorf("fingerprint of a request: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// withoutSecrets clears what the contract marks as secret, and the password in
// the URL of a proxy.
func withoutSecrets(m protoreflect.Message) {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		options, _ := field.Options().(*descriptorpb.FieldOptions)
		switch {
		case options.GetDebugRedact():
			m.Clear(field)
		case field.Name() == "proxy_url":
			m.Set(field, protoreflect.ValueOfString(config.Proxy(value.String()).String()))
		case field.Message() != nil && !field.IsList() && !field.IsMap():
			withoutSecrets(value.Message())
		}
		return true
	})
}

// pageRequest is what all requests for a page of a list have in common.
type pageRequest interface {
	GetPageSize() int32
	GetPageToken() string
}

// pageOf reads which page is asked for: behind which key, empty for the first one, and how large.
func pageOf(req pageRequest, query any) (last string, size int, err error) {
	if size, err = pagetoken.Size(req.GetPageSize()); err != nil {
		return "", 0, err
	}
	keys, err := pagetoken.Decode(req.GetPageToken(), query)
	if err != nil || len(keys) == 0 {
		return "", size, err
	}
	return keys[0], size, nil
}

// cut shortens a list that was read one item longer than the page, and answers
// the token of the next page.
func cut[T any](items []T, size int, query any, key func(T) string) ([]T, string) {
	if len(items) <= size {
		return items, ""
	}
	return items[:size], pagetoken.Encode(query, key(items[size-1]))
}
