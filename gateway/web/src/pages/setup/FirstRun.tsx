import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { repositoryQuery } from "../../api/queries";
import type { Repository } from "../../api/types";
import { Form } from "../../form/Form";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { Loaded } from "../../ui/Loaded";
import { RegistrationPanel } from "../repositories/RegistrationPanel";
import { ChoiceFields, useChoiceLabels } from "./ChoiceFields";
import { type Choice, checkChoice, configure, usualChoice } from "./configure";

interface Props {
  id: string;
  /** What was chosen before the remote site was saved; absent: the setup was left and is gone on with. */
  chosen?: Choice;
}

/** FirstRun is the rest of the setup once the remote site is saved: its registration, then the first run. */
export function FirstRun({ id, chosen }: Props) {
  const query = useQuery(repositoryQuery(id));
  return <Loaded query={query}>{(repository) => <Rest repository={repository} chosen={chosen} />}</Loaded>;
}

function Rest({ repository, chosen }: { repository: Repository; chosen?: Choice }) {
  const { t } = useTranslation("setup");
  const navigate = useNavigate();
  const labels = useChoiceLabels();
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useApiForm<Choice>({
    values: chosen ?? usualChoice,
    resolver: rules(checkChoice),
    submit: async (choice) => {
      const run = await configure(repository.id, choice);
      await navigate({ to: "/runs/$id", params: { id: run } });
    },
  });
  useOnce(chosen !== undefined && repository.registration?.state === "REGISTERED", form.onSubmit);
  useOnce(chosen !== undefined, () => heading.current?.focus());
  return (
    <div className="stack">
      <h2 ref={heading} tabIndex={-1}>
        <bdi>{repository.name}</bdi>
      </h2>
      <RegistrationPanel repository={repository} bare />
      <Form form={form} labels={labels} action={t("first.action")} more={<Link to="/">{t("later")}</Link>}>
        <ChoiceFields />
      </Form>
    </div>
  );
}

/** useOnce acts when something becomes true for the first time. */
function useOnce(when: boolean, act: () => void) {
  const done = useRef(false);
  useEffect(() => {
    if (!when || done.current) return;
    done.current = true;
    act();
  }, [when, act]);
}
