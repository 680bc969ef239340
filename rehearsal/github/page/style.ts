/** The one stylesheet. Light or dark as the reader's system is; readable on a phone. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #ffffff; --ink: #1b2330; --faint: #657083; --line: #e1e5eb; --link: #1d5fd1;
  --good: #157347; --good-paper: #e3f4ea; --bad: #b42318; --bad-paper: #fde8e6; --busy: #935b00; --busy-paper: #fdf1d8;
  --calm-paper: #edf0f4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #11151c; --card: #1a202a; --ink: #e6e9ef; --faint: #97a1b2; --line: #2b3340; --link: #86b4ff;
    --good: #6fdb9d; --good-paper: #15382a; --bad: #ff9d94; --bad-paper: #46201d; --busy: #f3c267; --busy-paper: #3f3116;
    --calm-paper: #262e3a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.25rem 1.25rem 3rem; max-width: 68rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
nav { color: var(--faint); font-size: .9rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .35rem 0 1rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.75rem 0 .6rem; }
small, .faint { color: var(--faint); font-size: .85rem; }
code, pre { font: .86em/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
.row { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; padding: .6rem .9rem; }
.row + .row, .row + .text, .text + .row { border-top: 1px solid var(--line); }
.row > .grow { flex: 1 1 16rem; min-width: 0; overflow-wrap: anywhere; }
.empty { padding: .6rem .9rem; color: var(--faint); }
.text { padding: .75rem .9rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.text h3 { margin: .6rem 0 .2rem; font-size: 1rem; }
.text table { border-collapse: collapse; white-space: normal; }
.text td { padding: .15rem .9rem .15rem 0; vertical-align: top; }
pre.log { margin: 0; padding: .75rem .9rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--calm-paper); }
details > summary { cursor: pointer; padding: .6rem .9rem; }
details + details { border-top: 1px solid var(--line); }
.mark {
  display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .82rem; font-weight: 600; white-space: nowrap;
  background: var(--calm-paper); color: var(--faint);
}
.good { background: var(--good-paper); color: var(--good); }
.bad { background: var(--bad-paper); color: var(--bad); }
.busy { background: var(--busy-paper); color: var(--busy); }
.board { display: grid; grid-template-columns: minmax(14rem, 2.2fr) repeat(var(--clusters), minmax(7rem, 1fr)); }
.board > * { padding: .7rem .9rem; border-top: 1px solid var(--line); min-width: 0; overflow-wrap: anywhere; }
.board > .head { border-top: 0; font-weight: 600; background: var(--calm-paper); }
.board > .cell { border-left: 1px solid var(--line); }
.board .now { box-shadow: inset 0 0 0 1.5px currentColor; }
.board .past { opacity: .65; }
.board .when { white-space: nowrap; }
.board .label { display: none; }
@media (max-width: 46rem) {
  body { padding: .9rem .9rem 2rem; }
  .board { display: block; }
  .board > .head { display: none; }
  .board > .cell { border-left: 0; border-top: 0; padding-top: 0; display: flex; gap: .6rem; align-items: baseline; }
  .board .past { opacity: .65; }
.board .when { white-space: nowrap; }
.board .label { display: inline; flex: 0 0 6.5rem; color: var(--faint); }
}
`
