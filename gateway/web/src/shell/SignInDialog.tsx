import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { endSignIn, signInNeeded } from "../api/signin";
import { useStore } from "../api/store";
import { sessionQuery, useUser } from "../session/session";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { SignInForm } from "./SignInForm";

/** SignInDialog opens over the page when the session has ended, so that nothing typed is lost. */
export function SignInDialog() {
  const { t } = useTranslation();
  const needed = useStore(signInNeeded);
  const user = useUser();
  const queries = useQueryClient();
  const giveUp = () => {
    endSignIn(false);
    queries.setQueryData(sessionQuery.queryKey, null);
    location.assign("/sign-in");
  };
  return (
    <Dialog title={t("signIn.again")} open={needed} onClose={giveUp}>
      <p>{t("signIn.againLead")}</p>
      <SignInForm
        username={user?.username}
        onSignedIn={() => endSignIn(true)}
        more={<Button onClick={giveUp}>{t("signIn.giveUp")}</Button>}
      />
    </Dialog>
  );
}
