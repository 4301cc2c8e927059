package apierr

// Reasons that every service may give.
const (
	ReasonInternal          Reason = "INTERNAL"
	ReasonInvalidArgument   Reason = "INVALID_ARGUMENT"
	ReasonNotFound          Reason = "NOT_FOUND"
	ReasonAlreadyExists     Reason = "ALREADY_EXISTS"
	ReasonStale             Reason = "STALE"
	ReasonPrecondition      Reason = "PRECONDITION_FAILED"
	ReasonUnauthenticated   Reason = "UNAUTHENTICATED"
	ReasonPermissionDenied  Reason = "PERMISSION_DENIED"
	ReasonLimitExceeded     Reason = "LIMIT_EXCEEDED"
	ReasonRateLimited       Reason = "RATE_LIMITED"
	ReasonUnavailable       Reason = "UNAVAILABLE"
	ReasonTimeout           Reason = "TIMEOUT"
	ReasonCancelled         Reason = "CANCELLED"
	ReasonUnimplemented     Reason = "UNIMPLEMENTED"
	ReasonInvalidPageToken  Reason = "INVALID_PAGE_TOKEN"
	ReasonIdempotencyReused Reason = "IDEMPOTENCY_KEY_REUSED"
	ReasonReadOnlyField     Reason = "READ_ONLY_FIELD"
)

// Reasons that come from the database and the machine.
const (
	ReasonDatabaseUnavailable Reason = "DATABASE_UNAVAILABLE"
	ReasonDatabaseBusy        Reason = "DATABASE_BUSY"
	ReasonStorageFull         Reason = "STORAGE_FULL"
	ReasonSchemaNewer         Reason = "SCHEMA_NEWER"
	ReasonSettingsInvalid     Reason = "SETTINGS_INVALID"
	ReasonSecretKeyMissing    Reason = "SECRET_KEY_MISSING"
)

// Reasons of accounts, sessions and tokens.
const (
	ReasonSetupDone         Reason = "SETUP_DONE"
	ReasonSetupCodeWrong    Reason = "SETUP_CODE_WRONG"
	ReasonCredentialsWrong  Reason = "CREDENTIALS_WRONG"
	ReasonSessionExpired    Reason = "SESSION_EXPIRED"
	ReasonInvitationInvalid Reason = "INVITATION_INVALID"
	ReasonTokenInvalid      Reason = "TOKEN_INVALID"
	ReasonCSRF              Reason = "CSRF_REFUSED"
	ReasonLastAdministrator Reason = "LAST_ADMINISTRATOR"
	ReasonPasswordWeak      Reason = "PASSWORD_WEAK"
	ReasonSignInLocked      Reason = "SIGN_IN_LOCKED"
	ReasonPasswordSignInOff Reason = "PASSWORD_SIGN_IN_OFF"
	ReasonAccountUnknown    Reason = "ACCOUNT_UNKNOWN"
	ReasonSignInStale       Reason = "SIGN_IN_STALE"
	ReasonProviderAway      Reason = "PROVIDER_UNAVAILABLE"
	ReasonProviderRefused   Reason = "PROVIDER_REFUSED"
)

// Reasons of repositories, tasks, jobs, runs, conflicts and rejects.
const (
	ReasonRepositoryPaused        Reason = "REPOSITORY_PAUSED"
	ReasonRepositoryNoURL         Reason = "REPOSITORY_NO_URL"
	ReasonRepositoryNoTasks       Reason = "REPOSITORY_NO_TASKS"
	ReasonRepositoryNotRegistered Reason = "REPOSITORY_NOT_REGISTERED"
	ReasonRepositoryUUIDTaken     Reason = "REPOSITORY_UUID_TAKEN"
	ReasonRepositoryIsThisSite    Reason = "REPOSITORY_IS_THIS_SITE"
	ReasonRepositoryType          Reason = "REPOSITORY_TYPE_UNSUPPORTED"
	ReasonRepositoryDeleted       Reason = "REPOSITORY_DELETED"
	ReasonTaskExists              Reason = "TASK_EXISTS"
	ReasonResourceProtected       Reason = "RESOURCE_PROTECTED"
	ReasonPushRefused             Reason = "PUSH_REFUSED"
	ReasonPushOutdated            Reason = "PUSH_OUTDATED"
	ReasonPushBrief               Reason = "PUSH_BRIEF"
	ReasonRunActive               Reason = "RUN_ACTIVE"
	ReasonRunEnded                Reason = "RUN_ENDED"
	ReasonRunStopped              Reason = "RUN_STOPPED"
	ReasonLeaseLost               Reason = "LEASE_LOST"
	ReasonLedgerOpen              Reason = "LEDGER_OPEN"
	ReasonConflictDecided         Reason = "CONFLICT_DECIDED"
	ReasonConflictSuperseded      Reason = "CONFLICT_SUPERSEDED"
	ReasonRejectClosed            Reason = "REJECT_CLOSED"
)

// Reasons that an exchange with a peer can end by. Those of the calls that this site makes are given by package peer.
const (
	ReasonPeerAddressInvalid    Reason = "PEER_ADDRESS_INVALID"     // the repository's URL cannot be used; nothing was sent
	ReasonPeerUnavailable       Reason = "PEER_UNAVAILABLE"         // no connection, cut, silent; also 502 and 504
	ReasonPeerProxy             Reason = "PEER_PROXY"               // the proxy cannot be used, is not there or refuses
	ReasonPeerTLS               Reason = "PEER_TLS"                 // the certificate is not trusted, or no TLS at all
	ReasonPeerUnauthenticated   Reason = "PEER_UNAUTHENTICATED"     // 401, or sent to the sign-in page
	ReasonPeerForbidden         Reason = "PEER_FORBIDDEN"           // 403
	ReasonPeerNotRegistered     Reason = "PEER_NOT_REGISTERED"      // 403 "Registration required"
	ReasonPeerNotFound          Reason = "PEER_NOT_FOUND"           // 404, 410
	ReasonPeerRedirect          Reason = "PEER_REDIRECT"            // a redirect that must not be followed
	ReasonPeerTooLarge          Reason = "PEER_TOO_LARGE"           // 413: the remote does not take so much at once
	ReasonPeerOverloaded        Reason = "PEER_OVERLOADED"          // 429, 503
	ReasonPeerBroken            Reason = "PEER_BROKEN"              // another 5xx: the remote fails on this request
	ReasonPeerRefused           Reason = "PEER_REFUSED"             // another 4xx, or status "failed" in the answer
	ReasonPeerBadAnswer         Reason = "PEER_BAD_ANSWER"          // neither S3XML nor Eden's JSON, or damaged on the way
	ReasonPeerAnswerTooLarge    Reason = "PEER_ANSWER_TOO_LARGE"    // the answer exceeds this site's limit
	ReasonPeerAddressNotAllowed Reason = "PEER_ADDRESS_NOT_ALLOWED" // a file's URL leads elsewhere than to the repository
	ReasonPeerVersion           Reason = "PEER_VERSION"             // an edensync with another version of the protocol
	ReasonPeerUUIDChanged       Reason = "PEER_UUID_CHANGED"        // the remote has another identity than before
)

// Reasons of documents and of what became of their records.
const (
	ReasonDocumentMalformed Reason = "DOCUMENT_MALFORMED"
	ReasonDocumentTooLarge  Reason = "DOCUMENT_TOO_LARGE"
	ReasonDocumentTruncated Reason = "DOCUMENT_TRUNCATED"
	ReasonFilterInvalid     Reason = "FILTER_INVALID"
	ReasonRecordsRejected   Reason = "RECORDS_REJECTED" // the exchange ended well, but some records could not be applied
	ReasonClockOffset       Reason = "CLOCK_OFFSET"     // the exchange ended well, but the clocks of the sites differ too much
)
