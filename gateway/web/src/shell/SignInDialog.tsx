import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { endSignIn, signInNeeded } from "../api/signin";
import { useStore } from "../api/store";
import { sessionQuery, useUser } from "../session/session";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { ProviderLink, useSignInMethods } from "./ProviderLink";
import { SignInForm } from "./SignInForm";

/** SignInDialog opens over the page when the session has ended, so that nothing typed is lost. */
export function SignInDialog() {
  const { t } = useTranslation();
  const needed = useStore(signInNeeded);
  const user = useUser();
  const queries = useQueryClient();
  const methods = useSignInMethods();
  useEffect(() => {
    if (!needed) return;
    // Who comes back from the provider in another tab is signed in here, too.
    const look = () =>
      void queries.fetchQuery({ ...sessionQuery, staleTime: 0 }).then(
        (session) => session && endSignIn(true),
        () => undefined,
      );
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [needed, queries]);
  const giveUp = () => {
    endSignIn(false);
    queries.setQueryData(sessionQuery.queryKey, null);
    location.assign("/sign-in");
  };
  return (
    <Dialog title={t("signIn.again")} open={needed} onClose={giveUp}>
      <p>{t("signIn.againLead")}</p>
      <ProviderLink aside />
      {methods?.password === false ? (
        <Button onClick={giveUp}>{t("signIn.giveUp")}</Button>
      ) : (
        <SignInForm
          username={user?.username}
          onSignedIn={() => endSignIn(true)}
          more={<Button onClick={giveUp}>{t("signIn.giveUp")}</Button>}
        />
      )}
    </Dialog>
  );
}
