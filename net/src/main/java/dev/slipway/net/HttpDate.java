package dev.slipway.net;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// The value of a `Date` header (RFC 9110, 5.6.7), written once a second.
final class HttpDate {
  private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  private static final String[] MONTHS = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };

  private record Written(long second, String text) {}

  // One immutable snapshot; racing writers write the same text.
  private static volatile Written latest = new Written(0, of(0));

  private HttpDate() {}

  static String now() {
    long second = System.currentTimeMillis() / 1000;
    var written = latest;
    if (written.second() != second) {
      written = new Written(second, of(second));
      latest = written;
    }
    return written.text();
  }

  static String of(long epochSecond) {
    var time = LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC);
    var text = new StringBuilder(29);
    text.append(DAYS[time.getDayOfWeek().getValue() - 1]).append(", ");
    two(text, time.getDayOfMonth()).append(' ').append(MONTHS[time.getMonthValue() - 1]);
    text.append(' ').append(time.getYear()).append(' ');
    two(text, time.getHour()).append(':');
    two(text, time.getMinute()).append(':');
    return two(text, time.getSecond()).append(" GMT").toString();
  }

  private static StringBuilder two(StringBuilder text, int number) {
    return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }
}
