const calendarDate = /^(\d{4})([-/.])(\d\d)\2(\d\d)$/;
const moment =
  /^(\d{4}[-/.]\d\d[-/.]\d\d)(?:[Tt]|\s+)(\d\d):(\d\d)(?::(\d\d)(?:[.,:](\d{1,9}))?)?\s*(?:(Z|z|UTC|GMT)|([+-]\d\d)(?::?(\d\d))?)?$/;

/** A calendar date that is written with the year first, as ISO 8601 writes it; else undefined. */
export function isoDate(text: string): string | undefined {
  const [, year, , month, day] = calendarDate.exec(text.trim()) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return Number(day) >= 1 && Number(day) <= daysIn(Number(year), Number(month))
    ? `${year}-${month}-${day}`
    : undefined;
}

/**
 * A date with a time as ISO 8601 writes it; else undefined. Understands what databases, Airbyte and Braze
 * itself print: a space for the T, UTC for Z, a zone without colon, milliseconds behind a colon. A time
 * without a zone is in UTC, as Airbyte's destinations take it; Braze would take it for midnight.
 * (Airbyte: supported data types; Braze: user_attributes_object, custom attribute data types.)
 */
export function isoMoment(text: string): string | undefined {
  const [, dateText = "", hour, minute, second = "00", fraction, utc, zoneHour, zoneMinute = "00"] =
    moment.exec(text.trim()) ?? [];
  const date = isoDate(dateText);
  if (date === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  if (Math.abs(Number(zoneHour ?? 0)) > 23 || Number(zoneMinute) > 59) return undefined;
  const zone = zoneHour === undefined || utc !== undefined ? "Z" : `${zoneHour}:${zoneMinute}`;
  return `${date}T${hour}:${minute}:${second}${fraction === undefined ? "" : `.${fraction}`}${zone}`;
}

/**
 * Seconds or milliseconds since 1970 as ISO 8601; else undefined. Only numbers that make sense in one of
 * the two units (from 1973 to 2286) are taken, for in the other they would be a few weeks after 1970 or
 * thousands of years away.
 */
export function isoFromEpoch(epoch: number): string | undefined {
  if (epoch >= 1e8 && epoch < 1e10) return new Date(Math.round(epoch * 1000)).toISOString();
  if (epoch >= 1e11 && epoch < 1e13) return new Date(Math.round(epoch)).toISOString();
  return undefined;
}

const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeapYear ? 29 : (days[month - 1] ?? 0);
}
