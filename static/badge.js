// The count of what is unread on the icon of the tab, drawn over the company's own.
import { one } from './dom.js';

const SIZE = 64;
const MOST = 99;
const GROUND = '#b3261e'; // readable under white on light and dark bars alike

let plain; // the address of the icon as it came
let shown = 0;
let image;

/** The icon, fetched once. */
function icon() {
  image ??= new Promise((done) => {
    const drawn = new Image();
    drawn.onload = () => done(drawn);
    drawn.onerror = () => done(null);
    drawn.src = plain;
  });
  return image;
}

function draw(icon_, words) {
  const canvas = Object.assign(document.createElement('canvas'), { width: SIZE, height: SIZE });
  const pen = canvas.getContext('2d');
  if (icon_) pen.drawImage(icon_, 0, 0, SIZE, SIZE);
  const wide = words.length > 1 ? 46 : 38;
  pen.fillStyle = GROUND;
  pen.beginPath();
  pen.roundRect(SIZE - wide, SIZE - 38, wide, 38, 19);
  pen.fill();
  pen.fillStyle = '#fff';
  pen.font = `bold ${words.length > 2 ? 26 : 30}px sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(words, SIZE - wide / 2, SIZE - 18);
  return canvas.toDataURL('image/png');
}

/** Shows a count on the icon of the tab, and on that of the installed app; none takes it away. */
export async function badge(count) {
  const link = one('link[rel=icon]');
  if (!link || count === shown) return;
  shown = count;
  plain ??= link.href;
  if (count) navigator.setAppBadge?.(count).catch(() => {}); else navigator.clearAppBadge?.().catch(() => {});
  if (!count) return void Object.assign(link, { href: plain, type: 'image/svg+xml' });
  const icon_ = await icon();
  if (shown === count) Object.assign(link, { type: 'image/png', href: draw(icon_, count > MOST ? `${MOST}+` : String(count)) });
}
