import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, call } from "../api/client";
import { ApiError } from "../api/errors";
import type { Role } from "../api/types";

/** The signed-in person, or null. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async () => {
    try {
      return await call(api.GET("/api/v1/session"));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Infinity,
});

/** What a role may do. The server decides; the pages leave out what would only be refused. */
const abilities: Record<string, Role[]> = {
  operate: ["OPERATOR", "ADMINISTRATOR"],
  administer: ["ADMINISTRATOR"],
};

export type Ability = "operate" | "administer";

/** useMay tells whether the signed-in person may do something. */
export function useMay(ability: Ability): boolean {
  const { data } = useQuery(sessionQuery);
  const role = data?.user?.role;
  return role !== undefined && (abilities[ability]?.includes(role) ?? false);
}

export function useUser() {
  return useQuery(sessionQuery).data?.user ?? null;
}
