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
	ReasonSetupRequired     Reason = "SETUP_REQUIRED"
	ReasonSetupDone         Reason = "SETUP_DONE"
	ReasonSetupCodeWrong    Reason = "SETUP_CODE_WRONG"
	ReasonCredentialsWrong  Reason = "CREDENTIALS_WRONG"
	ReasonSessionExpired    Reason = "SESSION_EXPIRED"
	ReasonTokenInvalid      Reason = "TOKEN_INVALID"
	ReasonCSRF              Reason = "CSRF_REFUSED"
	ReasonLastAdministrator Reason = "LAST_ADMINISTRATOR"
	ReasonPasswordWeak      Reason = "PASSWORD_WEAK"
	ReasonSignInLocked      Reason = "SIGN_IN_LOCKED"
)

// Reasons of repositories, tasks, jobs, runs, conflicts and rejects.
const (
	ReasonRepositoryPaused        Reason = "REPOSITORY_PAUSED"
	ReasonRepositoryBusy          Reason = "REPOSITORY_BUSY"
	ReasonRepositoryNoURL         Reason = "REPOSITORY_NO_URL"
	ReasonRepositoryNotRegistered Reason = "REPOSITORY_NOT_REGISTERED"
	ReasonRepositoryUUIDTaken     Reason = "REPOSITORY_UUID_TAKEN"
	ReasonRepositoryIsThisSite    Reason = "REPOSITORY_IS_THIS_SITE"
	ReasonRepositoryNoTasks       Reason = "REPOSITORY_NO_TASKS"
	ReasonRepositoryType          Reason = "REPOSITORY_TYPE_UNSUPPORTED"
	ReasonTaskExists              Reason = "TASK_EXISTS"
	ReasonResourceProtected       Reason = "RESOURCE_PROTECTED"
	ReasonPushRefused             Reason = "PUSH_REFUSED"
	ReasonJobEnded                Reason = "JOB_ENDED"
	ReasonRunEnded                Reason = "RUN_ENDED"
	ReasonLeaseLost               Reason = "LEASE_LOST"
	ReasonLedgerOpen              Reason = "LEDGER_OPEN"
	ReasonConflictDecided         Reason = "CONFLICT_DECIDED"
	ReasonConflictSuperseded      Reason = "CONFLICT_SUPERSEDED"
	ReasonRejectClosed            Reason = "REJECT_CLOSED"
	ReasonLogReadOnly             Reason = "LOG_READ_ONLY"
)

// Reasons that an exchange with a peer can end by.
const (
	ReasonPeerUnreachable       Reason = "PEER_UNREACHABLE"
	ReasonPeerNameUnknown       Reason = "PEER_NAME_UNKNOWN"
	ReasonPeerProxy             Reason = "PEER_PROXY"
	ReasonPeerTLS               Reason = "PEER_TLS"
	ReasonPeerTimeout           Reason = "PEER_TIMEOUT"
	ReasonPeerCredentials       Reason = "PEER_CREDENTIALS"
	ReasonPeerPermission        Reason = "PEER_PERMISSION"
	ReasonPeerNotFound          Reason = "PEER_NOT_FOUND"
	ReasonPeerRefused           Reason = "PEER_REFUSED"
	ReasonPeerRateLimited       Reason = "PEER_RATE_LIMITED"
	ReasonPeerServerError       Reason = "PEER_SERVER_ERROR"
	ReasonPeerNotEden           Reason = "PEER_NOT_EDEN"
	ReasonPeerUUIDChanged       Reason = "PEER_UUID_CHANGED"
	ReasonPeerAddressNotAllowed Reason = "PEER_ADDRESS_NOT_ALLOWED"
	ReasonDocumentMalformed     Reason = "DOCUMENT_MALFORMED"
	ReasonDocumentTooLarge      Reason = "DOCUMENT_TOO_LARGE"
	ReasonDocumentTruncated     Reason = "DOCUMENT_TRUNCATED"
	ReasonRecordInvalid         Reason = "RECORD_INVALID"
)
