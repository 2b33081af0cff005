package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The pieces of heads: targets, headers, dates.
class HeadTest {
  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /a/b%20c?x=1&y=2        | /a/b%20c | x=1&y=2 | host  | origin form
          /a?b?c                  | /a       | b?c     | host  | only the first question counts
          /?                      | /        | ''      | host  | an empty query
          //double//slash         | //double//slash | '' | host | slashes stay
          *                       | *        | ''      | host  | asterisk form
          http://h:1/p?q          | /p       | q       | h:1   | absolute form
          https://h               | /        | ''      | h     | absolute without a path
          http://h?q              | /        | q       | h     | absolute with a query alone
          """)
  void readsTargets(String target, String path, String query, String authority, String why) {
    assertThat(Target.parse(target, "host")).as(why).isEqualTo(new Target(path, query, authority));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "host:80", "/%", "/%4", "/%g0", "/a b", "/\u007f", "://x"})
  void refusesMalformedTargets(String target) {
    assertThat(Target.parse(target, "host")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0,'Thu, 01 Jan 1970 00:00:00 GMT'",
    "784111777,'Sun, 06 Nov 1994 08:49:37 GMT'", // the example of RFC 9110, 5.6.7
    "1709210096,'Thu, 29 Feb 2024 12:34:56 GMT'"
  })
  void writesDates(long second, String text) {
    assertThat(HttpDate.of(second)).isEqualTo(text);
  }

  @Test
  void keepsHeadersInOrderAndIgnoresTheCaseOfNames() {
    var headers = new Headers();
    headers.add("Warning", "1");
    headers.add("X", "x");
    headers.add("warning", "2");
    assertThat(headers.first("WARNING")).isEqualTo("1");
    headers.set("wArning", "3");
    assertThat(headers.size()).isEqualTo(2);
    assertThat(headers.name(1)).isEqualTo("wArning");
    assertThat(headers.value(1)).isEqualTo("3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a b  | x
          a:   | x
          ''   | x
          a    | 'x\ny'
          a    | 'x\ry'
          """)
  void refusesHeadersThatWouldBreakTheHead(String name, String value) {
    var real = value.replace("\\n", "\n").replace("\\r", "\r");
    assertThatThrownBy(() -> new Headers().add(name, real))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
