import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, call } from "../api/client";

/** useSignInMethods tells how people can sign in here: undefined until it is known. */
export function useSignInMethods() {
  const ask = () => call(api.GET("/api/v1/signInMethods"));
  return useQuery({ queryKey: ["signInMethods"], queryFn: ask, staleTime: Infinity }).data;
}

/** ProviderLink leads to the OpenID Connect provider, where there is one; aside opens it in another tab. */
export function ProviderLink({ to = "", aside }: { to?: string; aside?: boolean }) {
  const { t } = useTranslation();
  const methods = useSignInMethods();
  if (!methods?.providerPath) return null;
  return (
    <a
      className="button plain"
      href={`${methods.providerPath}?to=${encodeURIComponent(to)}`}
      target={aside ? "_blank" : undefined}
      rel="noreferrer"
    >
      {t("signIn.provider", methods as Record<never, string>)}
    </a>
  );
}
