/** Two labels that a lost terminator glued into one (case 34): the one cut that leaves two known labels, else null. */
export function splitGlued(text: string, known: (label: string) => boolean): [string, string] | null {
  const cuts: [string, string][] = [];
  for (let cut = 1; cut < text.length; cut += 1) {
    const parts: [string, string] = [text.slice(0, cut), text.slice(cut)];
    if (known(parts[0]) && known(parts[1])) cuts.push(parts);
  }
  return cuts.length === 1 ? (cuts[0] ?? null) : null;
}
