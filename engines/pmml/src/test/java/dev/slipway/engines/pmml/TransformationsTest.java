package dev.slipway.engines.pmml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Expressions of derived fields, each as a regression on the one derived field.
final class TransformationsTest {
  private static String derived(String dataType, String expression) {
    return Documents.of(
        Documents.FIELDS,
        "<RegressionModel functionName=\"regression\">"
            + Documents.schema("y")
            + "<Output><OutputField name=\"d\" feature=\"transformedValue\" dataType=\""
            + dataType
            + "\"><FieldRef field=\"e\"/></OutputField></Output>"
            + "<LocalTransformations><DerivedField name=\"e\" optype=\"continuous\" dataType=\""
            + dataType
            + "\">"
            + expression
            + "</DerivedField></LocalTransformations>"
            + "<RegressionTable intercept=\"0\"/></RegressionModel>");
  }

  private static String ask(String type, String expression, String row) throws Exception {
    try (var model = Documents.load(derived(type, expression))) {
      return Documents.ask(model, row).replaceFirst(".*d=", "");
    }
  }

  /// `f(a, b)` of fields x, z, c and constants as `Apply` elements.
  private static String apply(String call) {
    int open = call.indexOf('(');
    if (open < 0) {
      return call.matches("[xzc]")
          ? "<FieldRef field=\"" + call + "\"/>"
          : "<Constant>" + call.replace('_', ' ') + "</Constant>";
    }
    var body = new StringBuilder();
    int depth = 0;
    int from = open + 1;
    for (int i = from; i < call.length(); i++) {
      char at = call.charAt(i);
      depth += at == '(' ? 1 : at == ')' ? -1 : 0;
      if ((at == ';' && depth == 0) || (at == ')' && depth < 0)) {
        body.append(apply(call.substring(from, i)));
        from = i + 1;
      }
    }
    var name = call.substring(0, open).replace("<", "&lt;");
    return "<Apply function=\"" + name + "\">" + body + "</Apply>";
  }

  @ParameterizedTest(name = "{0}: {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          +(x;z)                       | double  | x=2 z=3     | 5.0  | addition
          -(x;z)                       | double  | x=2 z=3     | -1.0 | subtraction
          *(x;-(z;1))                  | double  | x=2 z=3     | 4.0  | nested
          /(x;z)                       | double  | x=3 z=2     | 1.5  | division
          +(x;z)                       | double  | x=2         | NaN  | a missing operand
          min(x;z;7)                   | double  | x=9 z=8     | 7.0  | least
          max(x;z)                     | double  | x=2         | 2.0  | aggregates leave missing out
          sum(x;z)                     | double  | x=2         | 2.0  | aggregates leave missing out
          avg(x;z;1)                   | double  | x=2 z=3     | 2.0  | mean
          median(x;z;1;9)              | double  | x=2 z=4     | 3.0  | middle
          product(x;z)                 | double  | x=2 z=4     | 8.0  | product
          log10(x)                     | double  | x=1000      | 3.0  | decimal logarithm
          ln(exp(x))                   | double  | x=2.5       | 2.5  | natural logarithm
          sqrt(abs(x))                 | double  | x=-16       | 4.0  | root
          pow(x;z)                     | double  | x=2 z=10    | 1024.0 | power
          threshold(x;z)               | integer | x=3 z=2     | 1    | greater
          threshold(x;z)               | integer | x=2 z=2     | 0    | not greater
          floor(x)                     | integer | x=-1.5      | -2   | down
          ceil(x)                      | integer | x=-1.5      | -1   | up
          round(x)                     | integer | x=2.5       | 3    | halves go up
          modulo(x;z)                  | double  | x=-7 z=3    | 2.0  | sign of the divisor
          if(greaterThan(x;z);10;20)   | double  | x=3 z=2     | 10.0 | then
          if(greaterThan(x;z);10;20)   | double  | x=1 z=2     | 20.0 | else
          if(greaterThan(x;z);10;20)   | double  | x=1         | NaN  | unknown condition
          if(isMissing(z);10;20)       | double  | x=1         | 10.0 | is missing
          if(isNotMissing(z);10;20)    | double  | x=1         | 20.0 | is not missing
          if(and(equal(x;1);equal(z;1));1;0)    | double | x=2 | 0.0  | false and unknown is false
          if(or(equal(x;1);equal(z;1));1;0)     | double | x=1 | 1.0  | true or unknown is true
          if(not(equal(x;1));1;0)      | double  | x=1         | 0.0  | not
          if(isIn(x;1;2;3);1;0)        | double  | x=3         | 1.0  | member
          if(isNotIn(x;1;2;3);1;0)     | double  | x=3         | 0.0  | no member
          if(isIn(c;red;blue);1;0)     | double  | c=blue      | 1.0  | member among strings
          if(lessOrEqual(x;1);1;0)     | double  | x=1         | 1.0  | comparison
          uppercase(c)                 | string  | c=aB        | AB   | upper case
          lowercase(c)                 | string  | c=aB        | ab   | lower case
          substring(c;2;3)             | string  | c=aBc9x     | Bc9  | the specification's example
          substring(c;4;30)            | string  | c=aBc9x     | 9x   | ends with the text
          concat(c;-;c)                | string  | c=ab        | ab-ab | joined
          concat(c;x)                  | string  | c=ab x=2    | ab2.0 | a number among texts
          replace(c;B+;k)              | string  | c=BBBB      | k    | the specification's example
          if(matches(c;ar?y);1;0)      | double  | c=January   | 1.0  | the specification's example
          if(matches(c;ar?y);1;0)      | double  | c=April     | 0.0  | the specification's example
          formatNumber(x;%3d)          | string  | x=2         | '  2' | the specification's example
          formatDatetime(c;x)          | string  | x=1         | ''   | nothing to format
          dateDaysSinceYear(c;1960)    | integer | c=2003-04-01 | 15796 | days from the first
          stringLength(c)              | integer | c=abc       | 3    | length
          stdNormalCDF(x)              | double  | x=1.959963984540054 | 0.975 | normal
          stdNormalIDF(x)              | double  | x=0.975     | 1.959963985 | inverse of the normal
          normalCDF(x;1;2)             | double  | x=-7        | 3.1671E-5 | far out
          """)
  void functions(String call, String type, String row, String expected, String why)
      throws Exception {
    assertThat(ask(type, apply(call), row)).as(why).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} {1}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          asIs            | x=0    | 0.0  | first point
          asIs            | x=5    | 1.0  | half way
          asIs            | x=20   | 2.5  | second piece
          asIs            | x=-10  | -2.0 | extrapolated
          asExtremeValues | x=-10  | 0.0  | held at the first point
          asExtremeValues | x=99   | 3.0  | held at the last point
          asMissingValues | x=99   | NaN  | missing
          asIs            | z=1    | 7.0  | what missing maps to
          """)
  void normContinuous(String outliers, String row, String expected, String why) throws Exception {
    var expression =
        "<NormContinuous field=\"x\" mapMissingTo=\"7\" outliers=\""
            + outliers
            + "\"><LinearNorm orig=\"0\" norm=\"0\"/><LinearNorm orig=\"10\" norm=\"2\"/>"
            + "<LinearNorm orig=\"30\" norm=\"3\"/></NormContinuous>";
    assertThat(ask("double", expression, row)).as(why).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x=-1 | low   | below
          x=0  | mid   | a closed margin
          x=9  | mid   | inside
          x=10 | other | an open margin
          z=0  | none  | missing
          """)
  void discretize(String row, String expected, String why) throws Exception {
    var expression =
        """
        <Discretize field="x" mapMissingTo="none" defaultValue="other">
          <DiscretizeBin binValue="low">
            <Interval closure="openOpen" rightMargin="0"/></DiscretizeBin>
          <DiscretizeBin binValue="mid">
            <Interval closure="closedOpen" leftMargin="0" rightMargin="10"/></DiscretizeBin>
        </Discretize>
        """;
    assertThat(ask("string", expression, row)).as(why).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          c=red x=1  | 10.0 | both columns match
          c=red x=2  | 20.0 | the other row
          c=blue x=1 | -1.0 | in no row
          c=red      | -2.0 | missing
          """)
  void mapValues(String row, String expected, String why) throws Exception {
    var expression =
        """
        <MapValues outputColumn="out" dataType="double" defaultValue="-1" mapMissingTo="-2">
          <FieldColumnPair field="c" column="colour"/><FieldColumnPair field="x" column="d:n"/>
          <InlineTable>
            <row><colour>red</colour><n>1</n><out>10</out></row>
            <row><colour>red</colour><n>2.0</n><out>20</out></row>
          </InlineTable>
        </MapValues>
        """;
    assertThat(ask("double", expression, row)).as(why).isEqualTo(expected);
  }

  @Test
  void callsDefinedFunctionsWithTheirArguments() throws Exception {
    var document =
        derived(
                "double",
                "<Apply function=\"twice\"><Apply function=\"twice\"><FieldRef field=\"x\"/>"
                    + "</Apply></Apply>")
            .replace(
                "</DataDictionary>",
                "</DataDictionary><TransformationDictionary><DefineFunction name=\"twice\""
                    + " optype=\"continuous\"><ParameterField name=\"p\"/><Apply function=\"*\">"
                    + "<FieldRef field=\"p\"/><Constant>2</Constant></Apply></DefineFunction>"
                    + "</TransformationDictionary>");
    try (var model = Documents.load(document)) {
      assertThat(Documents.ask(model, "x=3")).endsWith("d=12.0");
    }
  }

  @Test
  void indicatesACategory() throws Exception {
    var expression = "<NormDiscrete field=\"c\" value=\"red\" mapMissingTo=\"0.5\"/>";
    assertThat(ask("double", expression, "c=red")).isEqualTo("1.0");
    assertThat(ask("double", expression, "c=green")).isEqualTo("0.0");
    assertThat(ask("double", expression, "x=1")).isEqualTo("0.5");
  }
}
