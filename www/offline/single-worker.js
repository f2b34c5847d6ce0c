// Where a worker of the page in one file finds its bundle: in the first message. Stands in the place of files.js.

const handed = new Promise((resolve) => {
  const take = (event) => {
    event.stopImmediatePropagation();
    resolve(event.data);
  };
  self.addEventListener('message', take, { once: true });
});

export async function load() {
  const { glue, program } = await handed;
  const bundle = await import(URL.createObjectURL(new Blob([glue], { type: 'text/javascript' })));
  await bundle.default({ module_or_path: program });
  return bundle;
}
