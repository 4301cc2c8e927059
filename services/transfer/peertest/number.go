package peertest

import "context"

type numberKey struct{}

// withNumber ties a request to its place among the recorded ones.
func withNumber(ctx context.Context, n int) context.Context {
	return context.WithValue(ctx, numberKey{}, n)
}

func number(ctx context.Context) int {
	n, _ := ctx.Value(numberKey{}).(int)
	return n
}
