// Passkeys: a form with data-passkey="get" or "create" asks the browser for
// one between data-begin, which gives the question, and data-finish, which
// takes the answer and says where to go.

interface Question {
  options: PublicKeyCredentialRequestOptionsJSON & PublicKeyCredentialCreationOptionsJSON;
  ceremony: string;
}

/** Binds every passkey form of the page; hides them where the browser has no passkeys. */
export function askForPasskeys(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    if (!("PublicKeyCredential" in window) || !PublicKeyCredential.parseRequestOptionsFromJSON) {
      form.hidden = true;
      continue;
    }
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      void run(form);
    });
  }
}

async function run(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector("button");
  const problem = form.querySelector<HTMLElement>(".error");
  if (problem) problem.hidden = true;
  if (button) button.disabled = true;
  try {
    const question = await post<Question>(form.dataset["begin"] ?? "", new FormData());
    const answer = await ask(form.dataset["passkey"] ?? "", question);
    const fields = new FormData(form);
    fields.set("ceremony", question.ceremony);
    fields.set("answer", JSON.stringify(answer));
    const { next } = await post<{ next: string }>(form.dataset["finish"] ?? "", fields);
    window.location.assign(next);
  } catch (error) {
    if (problem && !(error instanceof DOMException && error.name === "AbortError")) {
      problem.textContent = error instanceof Refusal ? error.message : (form.dataset["failed"] ?? "");
      problem.hidden = false;
    }
  } finally {
    if (button) button.disabled = false;
  }
}

async function ask(kind: string, { options }: Question): Promise<unknown> {
  const credential = kind === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return (credential as PublicKeyCredential).toJSON();
}

/** What the host said no to, in the reader's words. */
class Refusal extends Error {}

async function post<T>(path: string, fields: FormData): Promise<T> {
  const response = await fetch(path, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams([...fields].map(([name, value]) => [name, String(value)])),
  });
  const body = await response.json();
  if (!response.ok) throw new Refusal(body.error?.message ?? "");
  return body as T;
}
