/** Until when a presigned address is good, in milliseconds of the epoch; 0 where it does not say. */
export function goodUntil(url: string): number {
  const query = url.slice(url.indexOf('?') + 1);
  const signed = /X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(query);
  const lasts = /X-Amz-Expires=(\d+)/.exec(query);
  if (!signed || !lasts) return 0;
  const [year, month, ...rest] = signed.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, ...rest) + Number(lasts[1]) * 1000;
}
