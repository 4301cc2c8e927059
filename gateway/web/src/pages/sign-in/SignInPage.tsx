import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { SignInForm } from "../../shell/SignInForm";
import { Page } from "../../ui/Page";

/** SignInPage leads on to where the person wanted to go. */
export default function SignInPage() {
  const { t } = useTranslation();
  const { to } = useSearch({ from: "/bare/sign-in" });
  const navigate = useNavigate();
  const router = useRouter();
  const goOn = async () => {
    await router.invalidate();
    if (to?.startsWith("/") && !to.startsWith("//")) router.history.push(to);
    else await navigate({ to: "/" });
  };
  return (
    <Page title={t("signIn.title")}>
      <div className="stack">
        <div className="sheet">
          <SignInForm onSignedIn={() => void goOn()} />
        </div>
        <p className="hint">{t("signIn.forgotten")}</p>
      </div>
    </Page>
  );
}
