// Requests and responses as Next.js hands them to route handlers: with the address taken apart, and with cookies.

const pairsOf = (header) => (header ?? '').split('; ').filter(Boolean).map((pair) => {
  const at = pair.indexOf('=');
  return { name: pair.slice(0, at), value: decodeURIComponent(pair.slice(at + 1)) };
});

class NextRequest extends Request {
  constructor(input, init) {
    super(input, init);
    const all = pairsOf(this.headers.get('cookie'));
    this.nextUrl = new URL(this.url);
    this.cookies = { get: (wanted) => all.find(({ name }) => name === wanted), getAll: () => all };
  }
}

class NextResponse extends Response {}

module.exports = { NextRequest, NextResponse };
