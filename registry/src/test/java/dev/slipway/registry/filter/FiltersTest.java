package dev.slipway.registry.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.registry.RegistryException;
import dev.slipway.registry.filter.Vocabulary.Attribute;
import dev.slipway.registry.filter.Vocabulary.Side;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// MLflow's filter strings, after mlflow/tests/store/tracking/test_rest_store.py and
/// tests/utils/test_search_utils.py.
final class FiltersTest {
  private static final Vocabulary RUNS =
      new Vocabulary(
          Map.of(
              "run_id", Attribute.key("e.run_id"),
              "status", Attribute.text("e.status"),
              "run_name", Attribute.text("e.name"),
              "start_time", Attribute.number("e.start_time")),
          Map.of(
              "metric", new Side("m", "x.run_id = e.run_id", true),
              "parameter", new Side("p", "x.run_id = e.run_id", false),
              "tag", new Side("t", "x.run_id = e.run_id", false),
              "dataset", Side.of("d", "x.run_id = e.run_id", "name", "digest", "context")),
          Map.of("created", "start_time", "Run name", "run_name"));

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          # filter                               | read as                                  | why
          metrics.loss < 0.5                     | metric loss < [0.5]                      | a plain metric
          metric.`a b` >= -1e-3                  | metric a b >= [-1e-3]                    | backticks hold spaces
          METRICS.loss=1                         | metric loss = [1]                        | the entity in any case, no spaces
          params."x.y" = 'v'                     | parameter x.y = [v]                      | double quotes hold dots
          parameters.m LIKE '%net_'              | parameter m LIKE [%net_]                 | patterns
          tags.mlflow.source.name ilike 'A%'     | tag mlflow.source.name ILIKE [A%]        | dots after the first belong to the key
          tags.a = "b"                           | tag a = [b]                              | a value in double quotes
          tags.a = 'it''s'                       | tag a = [it's]                           | a doubled quote stands for one
          status != 'FAILED'                     | attribute status != [FAILED]             | a bare name is an attribute
          attr.created > 5                       | attribute start_time > [5]               | another name of an attribute
          attributes.`Run name` = 'x'            | attribute run_name = [x]                 | a name with a space
          run_id IN ('a', "b")                   | attribute run_id IN [a, b]               | a list
          run.run_id not in ('a')                | attribute run_id NOT IN [a]              | its opposite
          dataset.name = 'd'                     | dataset name = [d]                       | datasets
          tags.`a` = 'x AND y'                   | tag a = [x AND y]                        | AND in quotes is text
          """)
  void reads(String filter, String expected, String why) {
    var read = Filters.parse(RUNS, filter).getFirst();
    assertThat(read.entity() + " " + read.key() + " " + read.operator() + " " + read.values())
        .as(why)
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          # filter                    | said                                                       | why
          foo.a = 'x'                 | Invalid entity type 'foo'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset'] | an entity there is not
          colour = 'x'                | Invalid attribute key 'colour' specified. Valid keys are   | an attribute there is not
          metrics.a > 'x'             | Expected numeric value type for metric. Found 'x'          | text where a number belongs
          metrics.a LIKE 1            | Invalid comparator 'LIKE' not one of                       | no patterns of numbers
          params.a > '1'              | Invalid comparator '>' not one of                          | no order of texts
          params.a = 1                | Expected a quoted string value for parameter (e.g. 'my-value'). Got value 1 | a number where text belongs
          params.a = x                | Parameter value is either not quoted                       | text without quotes
          params.a = 'x' OR tags.b = 'y' | Invalid clause(s) in filter string: 'OR'                | there is no OR
          params.a = 'x' tags.b = 'y' | Invalid clause(s) in filter string                         | no AND between
          status IN ('a')             | Only the 'run_id' attribute supports comparison with a list | lists of ids alone
          run_id IN ()                | expected a non-empty list                                  | an empty list
          params.a =                  | Invalid clause(s) in filter string: '=' is followed by nothing | it ends too early
          params.a = 'x               | Invalid clause(s) in filter string: ''x'                    | a quote left open
          metrics.a > 1.2.3           | Expected numeric value type                                | no number
          start_time = 'x'            | Expected numeric value type for numeric attribute: start_time | a time is a number
          """)
  void refuses(String filter, String said, String why) {
    assertThatThrownBy(() -> Filters.parse(RUNS, filter))
        .as(why)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(said);
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # order                  | said                              | why
          metrics.a SIDEWAYS       | Invalid ordering key in order_by  | neither ASC nor DESC
          foo.a                    | Invalid entity type 'foo'         | an entity there is not
          a b c                    | Invalid ordering key in order_by  | too many words
          dataset.name             | Invalid identifier type 'dataset' | a run has many datasets
          """)
  void refusesOrders(String order, String said, String why) {
    assertThatThrownBy(() -> Ordering.parse(RUNS, List.of(order)))
        .as(why)
        .hasMessageContaining(said);
  }

  @org.junit.jupiter.api.Test
  void anOrderGivenTwiceIsRefused() {
    assertThatThrownBy(() -> Ordering.parse(RUNS, List.of("metrics.a", "metric.`a` DESC")))
        .hasMessageContaining("`order_by` contains duplicate fields");
  }

  @org.junit.jupiter.api.Test
  void valuesNeverBecomePartOfAQuery() {
    var condition =
        Condition.of(RUNS, Filters.parse(RUNS, "tags.`a'; DROP TABLE runs` = '''; DROP TABLE x'"));
    assertThat(condition.sql()).doesNotContain("DROP");
    assertThat(condition.arguments()).contains("a'; DROP TABLE runs", "'; DROP TABLE x");
  }
}
