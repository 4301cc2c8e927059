package apierr

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Domain marks the ErrorInfo of this product among those of others.
const Domain = "edensync"

var codeOf = map[Kind]codes.Code{
	KindInternal:         codes.Internal,
	KindInvalid:          codes.InvalidArgument,
	KindNotFound:         codes.NotFound,
	KindAlreadyExists:    codes.AlreadyExists,
	KindStale:            codes.Aborted,
	KindPrecondition:     codes.FailedPrecondition,
	KindUnauthenticated:  codes.Unauthenticated,
	KindPermissionDenied: codes.PermissionDenied,
	KindExhausted:        codes.ResourceExhausted,
	KindUnavailable:      codes.Unavailable,
	KindTimeout:          codes.DeadlineExceeded,
	KindUnimplemented:    codes.Unimplemented,
}

// foreign gives kind and reason to a status that carries no ErrorInfo of ours:
// made by grpc itself, by a proxy, or by a library.
var foreign = map[codes.Code]struct {
	kind   Kind
	reason Reason
}{
	codes.InvalidArgument:    {KindInvalid, ReasonInvalidArgument},
	codes.OutOfRange:         {KindInvalid, ReasonInvalidArgument},
	codes.NotFound:           {KindNotFound, ReasonNotFound},
	codes.AlreadyExists:      {KindAlreadyExists, ReasonAlreadyExists},
	codes.Aborted:            {KindStale, ReasonStale},
	codes.FailedPrecondition: {KindPrecondition, ReasonPrecondition},
	codes.Unauthenticated:    {KindUnauthenticated, ReasonUnauthenticated},
	codes.PermissionDenied:   {KindPermissionDenied, ReasonPermissionDenied},
	codes.ResourceExhausted:  {KindExhausted, ReasonLimitExceeded},
	codes.Unavailable:        {KindUnavailable, ReasonUnavailable},
	codes.DeadlineExceeded:   {KindTimeout, ReasonTimeout},
	codes.Canceled:           {KindTimeout, ReasonCancelled},
	codes.Unimplemented:      {KindUnimplemented, ReasonUnimplemented},
}

// GRPCStatus is the error as it travels: code, message, ErrorInfo, and
// BadRequest and RetryInfo where they say something. The cause stays behind.
func (e *Error) GRPCStatus() *status.Status {
	code := codeOf[e.Kind]
	if e.Reason == ReasonCancelled {
		code = codes.Canceled
	}
	plain := status.New(code, e.Message)
	full, err := plain.WithDetails(e.details()...)
	if err != nil {
		return plain
	}
	return full
}

func (e *Error) details() []protoadapt.MessageV1 {
	out := []protoadapt.MessageV1{
		&errdetails.ErrorInfo{Reason: string(e.Reason), Domain: Domain, Metadata: e.Metadata},
	}
	if len(e.Fields) > 0 {
		bad := &errdetails.BadRequest{}
		for _, field := range e.Fields {
			bad.FieldViolations = append(bad.FieldViolations,
				&errdetails.BadRequest_FieldViolation{Field: field.Name, Description: field.Message})
		}
		out = append(out, bad)
	}
	if e.RetryAfter > 0 {
		out = append(out, &errdetails.RetryInfo{RetryDelay: durationpb.New(e.RetryAfter)})
	}
	return out
}

// FromStatus turns what a gRPC client call returned back into an *Error. It
// leaves nil and io.EOF-like errors that are no status as they are, so that it
// may be put around every call. errors.Is finds context.Canceled and
// context.DeadlineExceeded in the result.
func FromStatus(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := As(err); ok {
		return err
	}
	s, ok := status.FromError(err)
	if !ok {
		if e := fromContext(err); e != nil {
			return e
		}
		return err
	}
	return parse(s)
}

func parse(s *status.Status) *Error {
	guess := foreign[s.Code()]
	e := &Error{Kind: guess.kind, Reason: guess.reason, Message: s.Message(), cause: causeOf(s.Code())}
	if e.Reason == "" {
		e.Reason = ReasonInternal
	}
	for _, detail := range s.Details() {
		e.take(detail)
	}
	if s.Code() == codes.Unavailable && len(s.Details()) == 0 {
		// grpc's own words name addresses; they are for the log.
		e.Message, e.cause = "A part of this site does not answer, so nothing was done; try again in a moment.", s.Err()
	}
	return e
}

func (e *Error) take(detail any) {
	switch d := detail.(type) {
	case *errdetails.ErrorInfo:
		if d.GetDomain() == Domain {
			e.Reason, e.Metadata = Reason(d.GetReason()), d.GetMetadata()
		}
	case *errdetails.BadRequest:
		for _, v := range d.GetFieldViolations() {
			e.Fields = append(e.Fields, Field{Name: v.GetField(), Message: v.GetDescription()})
		}
	case *errdetails.RetryInfo:
		e.RetryAfter = d.GetRetryDelay().AsDuration()
	}
}

func causeOf(code codes.Code) error {
	switch code {
	case codes.Canceled:
		return context.Canceled
	case codes.DeadlineExceeded:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

func fromContext(err error) *Error {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return New(KindTimeout, ReasonTimeout, "This took longer than allowed and was given up; try again, or with less.").Wrap(err)
	case errors.Is(err, context.Canceled):
		return New(KindTimeout, ReasonCancelled, "The caller gave up before this was finished.").Wrap(err)
	default:
		return nil
	}
}

// String is the kind's name for logs.
func (k Kind) String() string {
	code, ok := codeOf[k]
	if !ok {
		return fmt.Sprintf("Kind(%d)", uint8(k))
	}
	return code.String()
}
