// The brand's form: what is typed, picked or chosen shows at once.
import { all, ask, nodes, one } from './dom.js';

const WAIT = 150; // between the last stroke and the question how it looks
const TEXTS = ['product', 'company', 'colour', 'hue', 'chroma', 'tone', 'footer', 'legal'];
const chosen = new Map(); // what was chosen of files, as addresses in this tab
let timer;
let turn = 0;

/** Shows chosen files where their pictures will stand. */
function pictures() {
  for (const [name, address] of chosen) {
    // A logo for dark pages stands in for the logo where that is missing, and the other way round.
    const places = [name, ...(name === 'logo' && !chosen.has('logo_dark') ? ['logo_dark'] : [])];
    for (const place of places.flatMap((place) => all(`[data-shows=${place}]`))) {
      const image = document.createElement('img');
      Object.assign(image, { className: 'mark logo', alt: '', src: address });
      place.replaceChildren(image);
    }
  }
}

async function preview(form) {
  const [fields, mine] = [new FormData(form), (turn += 1)];
  // What a form does not ask stays as it is kept.
  const asked = new URLSearchParams(TEXTS.filter((name) => fields.has(name)).map((name) => [name, fields.get(name)]));
  const answer = await ask(`/admin/brand/preview?${asked}`);
  if (!answer.ok || mine !== turn) return;
  const fresh = nodes(await answer.text()).firstElementChild;
  if (fields.get('colour')) {
    for (const name of ['hue', 'chroma', 'tone']) form.elements[name].value = fresh.dataset[name];
  }
  one('#preview').replaceWith(fresh);
  pictures();
}

function typed(form, event) {
  const { name, type, dataset, files, value } = event.target;
  if (type === 'file') {
    URL.revokeObjectURL(chosen.get(name));
    if (files[0]) chosen.set(name, URL.createObjectURL(files[0])); else chosen.delete(name);
  }
  if (dataset.picks) form.elements[dataset.picks].value = value;
  // Set by hand, it is no longer that of the colour.
  if (['hue', 'chroma', 'tone'].includes(name)) form.elements.colour.value = '';
  clearTimeout(timer);
  timer = setTimeout(() => preview(form).catch(() => {}), WAIT);
}

/** Shows the brand as it is typed from now on. */
export function begin() {
  const form = one('form[data-brand]');
  form.addEventListener('input', (event) => typed(form, event));
}
