import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { api, call } from "../../api/client";
import { pollEvery, type QueryOf } from "../../api/queries";
import type { User } from "../../api/types";

/** A page of users by name. */
export function usersQuery(query: QueryOf<"UserService_ListUsers">) {
  return queryOptions({
    queryKey: ["users", query],
    queryFn: () => call(api.GET("/api/v1/users", { params: { query } })),
    refetchInterval: pollEvery,
    placeholderData: keepPreviousData,
  });
}

export function userQuery(id: string) {
  return queryOptions({
    queryKey: ["users", id],
    queryFn: () => call(api.GET("/api/v1/users/{id}", { params: { path: { id } } })),
  });
}

/** A page of tokens, newest first, without their secrets. */
export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: () => call(api.GET("/api/v1/tokens", { params: { query: { pageSize: 500 } } })),
  refetchInterval: pollEvery,
});

/** Sessions of who is signed in, newest first. */
export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: () => call(api.GET("/api/v1/sessions", { params: { query: { pageSize: 500 } } })),
  refetchInterval: pollEvery,
});

/** useIsLastAdministrator tells whether nobody else could administer this site if user could not; the server decides. */
export function useIsLastAdministrator(user: User): boolean {
  const { data } = useQuery({
    ...usersQuery({ roles: ["ADMINISTRATOR"], pageSize: 500 }),
    enabled: user.role === "ADMINISTRATOR" && !user.disabled,
  });
  return data !== undefined && !data.users.some((other) => other.id !== user.id && !other.disabled);
}
