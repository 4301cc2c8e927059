package transfer

import (
	"errors"
	"io"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/s3xml"
)

// DocumentReason is the reason of an error whose cause is the document itself: it is not S3XML, not well-formed, cut
// off or above a limit. It is empty for every other error.
func DocumentReason(err error) apierr.Reason {
	var syntax *s3xml.SyntaxError
	var limit *s3xml.LimitError
	var notXML *s3xml.NotXMLError
	switch {
	case errors.As(err, &limit):
		return apierr.ReasonDocumentTooLarge
	case errors.As(err, &syntax) && errors.Is(err, io.ErrUnexpectedEOF):
		return apierr.ReasonDocumentTruncated
	case errors.As(err, &syntax), errors.As(err, &notXML):
		return apierr.ReasonDocumentMalformed
	}
	switch reason := apierr.ReasonOf(err); reason {
	case apierr.ReasonDocumentMalformed, apierr.ReasonDocumentTruncated, apierr.ReasonDocumentTooLarge:
		return reason
	default:
		return ""
	}
}
