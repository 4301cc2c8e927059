import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { ProviderLink, useSignInMethods } from "../../shell/ProviderLink";
import { SignInForm } from "../../shell/SignInForm";
import { Note } from "../../ui/Note";
import { Page } from "../../ui/Page";
import { useReason } from "../../ui/useReason";

/** SignInPage leads on to where the person wanted to go. */
export default function SignInPage() {
  const { t } = useTranslation();
  const { to, failed } = useSearch({ from: "/bare/sign-in" });
  const methods = useSignInMethods();
  const explain = useReason();
  const navigate = useNavigate();
  const router = useRouter();
  useEffect(() => {
    void import("../../shell/Shell"); // comes while the person types; every page needs it
  }, []);
  const goOn = async () => {
    await router.invalidate();
    if (to && /^\/(?![/\\])/.test(to)) router.history.push(to);
    else await navigate({ to: "/" });
  };
  return (
    <Page title={t("signIn.title")}>
      <div className="stack">
        {failed && (
          <Note kind="error" alert>
            {explain(failed)}
          </Note>
        )}
        <ProviderLink to={to} />
        {methods?.password !== false && (
          <>
            <div className="sheet">
              <SignInForm onSignedIn={() => void goOn()} />
            </div>
            <p className="hint">{t("signIn.forgotten")}</p>
          </>
        )}
      </div>
    </Page>
  );
}
