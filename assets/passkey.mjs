// Passkeys of members of staff: the browser asks for it, the form carries the answer to us.
// Loaded on those pages only.
const form = document.querySelector("form[data-passkey]");

async function ask() {
  const options = JSON.parse(form.dataset.options);
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
        });
  form.elements.credential.value = JSON.stringify(credential);
  form.submit();
}

if (form) {
  ask().catch(() => {
    document.getElementById("passkey-failed").hidden = false;
  });
}
