/** Violation is a field of a request that breaks a rule. */
export interface Violation {
  field: string;
  description: string;
}

/** What the gateway answers when something went wrong: google.rpc.Status. */
interface StatusBody {
  message?: string;
  details?: { reason?: string; metadata?: Record<string, string>; fieldViolations?: Violation[]; retryDelay?: string }[];
}

/**
 * ApiError is an answer that says no. Its reason is stable and is the key of the translated sentence; the message is the
 * server's own, in English.
 */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly metadata: Record<string, string> = {},
    readonly violations: Violation[] = [],
    readonly retryDelay = 0,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** NetworkError says that no answer came at all. */
export class NetworkError extends Error {
  constructor(cause: unknown) {
    super("The server did not answer.", { cause });
    this.name = "NetworkError";
  }
}

/** toApiError reads the body of an answer that is an error; a proxy's page is one, too. */
export function toApiError(status: number, body: unknown): ApiError {
  const { message = "", details = [] } = (isObject(body) ? body : {}) as StatusBody;
  const info = details.find((d) => d.reason !== undefined);
  const violations = details.flatMap((d) => d.fieldViolations ?? []);
  const delay = details.find((d) => d.retryDelay !== undefined)?.retryDelay ?? "0s";
  return new ApiError(status, info?.reason ?? byStatus(status), message, info?.metadata, violations, parseFloat(delay));
}

function byStatus(status: number): string {
  if (status === 401) return "UNAUTHENTICATED";
  if (status === 404) return "NOT_FOUND";
  return status >= 500 ? "UNAVAILABLE" : "INVALID_ARGUMENT";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** hasReason tells whether error is an answer with this reason. */
export function hasReason(error: unknown, reason: string): error is ApiError {
  return error instanceof ApiError && error.reason === reason;
}

/** isTransient tells whether asking again may help. */
export function isTransient(error: unknown): boolean {
  return error instanceof NetworkError || (error instanceof ApiError && error.status >= 500);
}
