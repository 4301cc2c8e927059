package service

import (
	"context"
	"io"
	"net/http"

	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"

	"github.com/edensync/edensync/gateway/rest"
	"github.com/edensync/edensync/internal/apierr"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
)

// exportLog answers log entries as a file. Nothing is answered before the first piece has come, so that
// errors until then have their own status; a later one cuts the connection, so that nobody takes the piece
// for the whole.
func (s *Service) exportLog(client auditv1.LogServiceClient) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		request := &auditv1.ExportLogEntriesRequest{}
		if err := (rest.Query{}).Parse(request, r.URL.Query(), utilities.NewDoubleArray(nil)); err != nil {
			s.errors.Write(w, r, apierr.New(apierr.KindInvalid, apierr.ReasonInvalidArgument, "%s", err.Error()))
			return
		}
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		stream, err := client.ExportLogEntries(ctx, request)
		if err != nil {
			s.errors.Write(w, r, err)
			return
		}
		first, err := stream.Recv()
		if err != nil && err != io.EOF { //nolint:errorlint // streams end with io.EOF itself
			s.errors.Write(w, r, err)
			return
		}
		s.announce(w, request.GetFormat())
		if err == nil {
			copyChunks(w, first, stream.Recv)
		}
	}
}

func (s *Service) announce(w http.ResponseWriter, format auditv1.ExportFormat) {
	kind, extension := "text/csv; charset=utf-8", "csv"
	if format == auditv1.ExportFormat_EXPORT_FORMAT_NDJSON {
		kind, extension = rest.ContentLines, "ndjson"
	}
	name := "edensync-log-" + s.now().UTC().Format("20060102T150405Z") + "." + extension
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.WriteHeader(http.StatusOK)
}

// copyChunks writes piece after piece until receive ends.
func copyChunks(w http.ResponseWriter, piece *auditv1.ExportLogEntriesResponse, receive func() (*auditv1.ExportLogEntriesResponse, error)) {
	for {
		if _, err := w.Write(piece.GetChunk()); err != nil {
			return
		}
		var err error
		if piece, err = receive(); err == io.EOF { //nolint:errorlint // streams end with io.EOF itself
			return
		}
		if err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}
