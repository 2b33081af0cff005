package dev.slipway.net;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// The value of a `Date` header (RFC 9110, 5.6.7), written once a second.
final class HttpDate {
  private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  private static final String[] MONTHS = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Written(long second, String text, byte[] line) {
    static Written at(long second) {
      var text = of(second);
      var line = "date: " + text + "\r\n";
      return new Written(second, text, line.getBytes(StandardCharsets.US_ASCII));
    }
  }

  // One immutable snapshot; racing writers write the same text.
  private static volatile Written latest = Written.at(0);

  private HttpDate() {}

  static String now() {
    return current().text();
  }

  /// The whole field with the end of its line, for HTTP/1.
  static byte[] line() {
    return current().line();
  }

  private static Written current() {
    long second = System.currentTimeMillis() / 1000;
    var written = latest;
    if (written.second() != second) {
      written = Written.at(second);
      latest = written;
    }
    return written;
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
