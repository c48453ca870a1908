(() => {
  const form = document.querySelector('form[data-ceremony]');
  const failed = form.querySelector('.failed');
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const read = (options) => {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of ['allowCredentials', 'excludeCredentials']) {
      if (options[list]) options[list] = options[list].map((key) => ({ ...key, id: bytes(key.id) }));
    }
    return options;
  };
  const written = (credential) => {
    const response = {};
    for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };
  form.addEventListener('submit', async (event) => {
    const field = form.elements.namedItem(form.dataset.field);
    if (field.value) return;
    event.preventDefault();
    failed.hidden = true;
    try {
      const publicKey = read(JSON.parse(form.dataset.options));
      field.value = written(await navigator.credentials[form.dataset.ceremony]({ publicKey }));
      form.submit();
    } catch {
      field.value = '';
      failed.hidden = false;
    }
  });
})();
