// CSV as RFC 4180 has it.

/** The rows of a table, header first. */
export function tableToCSV(table: HTMLTableElement): string {
  return [...table.rows].map((row) => [...row.cells].map((c) => quote(c.textContent?.trim() ?? "")).join(",")).join("\r\n") + "\r\n";
}

/**
 * Quotes a value that needs it, and keeps a spreadsheet from running text as a
 * formula; a number stays a number.
 */
export function quote(text: string): string {
  const inert = /^[=+@\t\r]/.test(text) || /^-(?![\d.])/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
