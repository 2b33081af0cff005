package dev.slipway.apiserver.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.resource.GroupVersionKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cases of `k8s.io/apimachinery/pkg/util/validation/validation_test.go`.
class NamesTest {
  private static final String SUBDOMAIN =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'example.com',"
          + " regex used for validation is"
          + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # name   | subdomain | label | why
          a        | true      | true  | one letter
          0        | true      | true  | one digit
          a.b      | true      | false | a dot makes a subdomain
          a-1.b-2  | true      | false | dashes within
          A        | false     | false | upper case
          a_b      | false     | false | underscore
          -a       | false     | false | starts with a dash
          a-       | false     | false | ends with a dash
          a..b     | false     | false | empty label
          a.       | false     | false | ends with a dot
          .a       | false     | false | starts with a dot
          ''       | false     | false | empty
          'a '     | false     | false | space
          """)
  void dnsNames(String name, boolean subdomain, boolean label, String why) {
    assertThat(Names.dnsSubdomain(name).isEmpty()).as(why).isEqualTo(subdomain);
    assertThat(Names.dnsLabel(name).isEmpty()).as(why).isEqualTo(label);
  }

  @Test
  void wordsOfDnsNamesAreUpstreams() {
    assertThat(Names.dnsSubdomain("A")).containsExactly(SUBDOMAIN);
    assertThat(Names.dnsSubdomain("a".repeat(254)))
        .containsExactly("must be no more than 253 characters");
    assertThat(Names.dnsLabel("a.b")).containsExactly("must not contain dots");
    assertThat(Names.dnsLabel("A"))
        .containsExactly(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-',"
                + " and must start and end with an alphanumeric character (e.g. 'my-name',  or"
                + " '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
    assertThat(Names.dns1035Label("1a"))
        .containsExactly(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start"
                + " with an alphabetic character, and end with an alphanumeric character (e.g."
                + " 'my-name',  or 'abc-123', regex used for validation is"
                + " '[a-z]([-a-z0-9]*[a-z0-9])?')");
  }

  @Test
  void aLongDottedNameDoesNotExhaustTheStack() {
    assertThat(Names.dnsSubdomain("a.".repeat(1_000_000) + "a")).hasSize(1);
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # key            | wrong | why
          simple           | 0     | a bare name
          now-with-dashes  | 0     | dashes
          1-starts         | 0     | starts with a digit
          1234             | 0     | digits
          simple/simple    | 0     | a prefix
          1.2.3.4/5678     | 0     | a numeric prefix
          Uppercase_Is.OK  | 0     | case, underscore, dot
          nospecialchars%  | 1     | a percent sign
          a/b/c            | 1     | two slashes
          /simple          | 1     | empty prefix
          example.com/     | 2     | empty name
          Example.com/a    | 1     | a prefix in upper case
          ''               | 2     | empty
          """)
  void qualifiedNames(String key, int wrong, String why) {
    assertThat(Names.qualified(key)).as(why).hasSize(wrong);
  }

  @Test
  void wordsOfLabelsAreUpstreams() {
    assertThat(Names.labelValue("a".repeat(64))).containsExactly("must be no more than 63 bytes");
    assertThat(Names.labelValue("a b"))
        .containsExactly(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_'"
                + " or '.', and must start and end with an alphanumeric character (e.g. 'MyValue', "
                + " or 'my_value',  or '12345', regex used for validation is"
                + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
    assertThat(Names.qualified("a".repeat(64)))
        .containsExactly("name part must be no more than 63 bytes");
  }

  @Test
  void otherGrammars() {
    assertThat(Names.pathSegment("system:node")).isEmpty();
    assertThat(Names.pathSegment("a/b%"))
        .containsExactly("may not contain '/'", "may not contain '%'");
    assertThat(Names.pathSegment("..")).containsExactly("may not be '..'");
    assertThat(Names.portName("http-80")).isEmpty();
    assertThat(Names.portName("80")).containsExactly("must contain at least one letter (a-z)");
    assertThat(Names.portName("a--b")).containsExactly("must not contain consecutive hyphens");
    assertThat(Names.envVar("A=B")).hasSize(1);
    assertThat(Names.envVar("-odd name!")).isEmpty();
    assertThat(Names.configKey("..a")).containsExactly("must not start with '..'");
    assertThat(Names.configKey("a/b")).hasSize(1);
    assertThat(Names.port(0)).containsExactly("must be between 1 and 65535, inclusive");
    assertThat(Names.wildcardSubdomain("*.foo.com")).isEmpty();
    assertThat(Names.wildcardSubdomain("*.*.com")).hasSize(1);
    assertThat(Names.domain("a.b", 3))
        .containsExactly("should be a domain with at least three segments separated by dots");
    assertThat(Names.uuid("0f3a4c9e-1111-2222-3333-444455556666")).isEmpty();
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # kind                                        | name       | valid | why
          v1 Pod                                        | a.b        | true  | pods take subdomains
          v1 Namespace                                  | a.b        | false | namespaces take labels
          v1 Service                                    | 1a         | true  | services may start with a digit
          v1 Service                                    | a.b        | false | services take labels
          rbac.authorization.k8s.io/v1 ClusterRole      | system:a B | true  | any path segment
          rbac.authorization.k8s.io/v1 ClusterRole      | a/b        | false | no slash
          batch/v1 CronJob                              | a          | true  | short
          example.com/v1 Widget                         | A          | false | custom kinds take subdomains
          """)
  void everyKindHasItsRule(String kind, String name, boolean valid, String why) {
    String[] parts = kind.split(" ", 2);
    NameRule rule = NameRules.forKind(GroupVersionKind.of(parts[0], parts[1]));
    assertThat(rule.check(name, false).isEmpty()).as(why).isEqualTo(valid);
  }

  @Test
  void aPrefixMayEndWithADash() {
    assertThat(NameRules.SUBDOMAIN.check("web-", true)).isEmpty();
    assertThat(NameRules.SUBDOMAIN.check("web-", false)).hasSize(1);
  }
}
