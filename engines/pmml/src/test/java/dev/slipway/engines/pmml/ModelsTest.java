package dev.slipway.engines.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Models small enough to work out by hand from the formulas of the specification.
final class ModelsTest {
  private static String asked(String document, String row) throws Exception {
    try (var model = Documents.load(document)) {
      return Documents.ask(model, row);
    }
  }

  private static String regression(String attributes, String tables, String target) {
    return Documents.of(
        Documents.FIELDS,
        "<RegressionModel "
            + attributes
            + ">"
            + Documents.schema(target)
            + tables
            + "</RegressionModel>");
  }

  @ParameterizedTest(name = "{0} {1}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          none    | x=2 z=3 c=red  | y=30.5        | 0.5 + 3*2^2 + 4 + 7 + 0.5*2*3 + 0*z... with red
          none    | x=2 z=3 c=blue | y=22.5        | no category
          none    | x=2 z=3        | y=22.5        | a missing category counts nothing
          none    | x=2 c=red      | y=NaN         | a missing number
          exp     | x=0 z=-1 c=b   | y=0.606530660 | exp(-0.5)
          logit   | x=0 z=-1 c=b   | y=0.377540669 | 1 / (1 + exp(0.5))
          probit  | x=0 z=-1 c=b   | y=0.308537539 | normal
          cloglog | x=0 z=-1 c=b   | y=0.454760787 | 1 - exp(-exp(-0.5))
          loglog  | x=0 z=-1 c=b   | y=0.192295646 | exp(-exp(0.5))
          cauchit | x=0 z=-1 c=b   | y=0.352416382 | 0.5 + atan(-0.5) / pi
          """)
  void regressionOfOneTable(String method, String row, String expected, String why)
      throws Exception {
    var document =
        regression(
            "functionName=\"regression\" normalizationMethod=\"" + method + "\"",
            """
            <RegressionTable intercept="0.5">
              <NumericPredictor name="x" exponent="2" coefficient="3"/>
              <NumericPredictor name="z" coefficient="1"/>
              <CategoricalPredictor name="c" value="red" coefficient="8"/>
              <PredictorTerm coefficient="1.1666666666666667">
                <FieldRef field="x"/><FieldRef field="z"/></PredictorTerm>
            </RegressionTable>
            """,
            "y");
    var found = asked(document, row);
    assertThat(Double.parseDouble(found.substring(2)))
        .as(why)
        .isEqualTo(
            Double.parseDouble(expected.substring(2)),
            org.assertj.core.api.Assertions.within(1e-8));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          softmax   | k=yes probability(no)=0.268941421 probability(yes)=0.731058579 | of 1 and 2
          simplemax | k=yes probability(no)=0.333333333 probability(yes)=0.666666667 | shares
          logit     | k=yes probability(no)=0.119202922 probability(yes)=0.880797078 | the rest
          none      | k=yes probability(no)=-1.0 probability(yes)=2.0                | the rest
          """)
  void classification(String method, String expected, String why) throws Exception {
    var document =
        regression(
            "functionName=\"classification\" normalizationMethod=\"" + method + "\"",
            """
            <RegressionTable targetCategory="yes" intercept="0">
              <NumericPredictor name="x" coefficient="1"/></RegressionTable>
            <RegressionTable targetCategory="no" intercept="1"/>
            """,
            "k");
    assertThat(asked(document, "x=2")).as(why).isEqualTo(expected);
  }

  private static String tree(String attributes) {
    return Documents.of(
        Documents.FIELDS,
        "<TreeModel functionName=\"classification\" "
            + attributes
            + ">"
            + Documents.schema("k")
            + """
            <Node id="1" score="no" recordCount="100" defaultChild="3"><True/>
              <ScoreDistribution value="yes" recordCount="40"/>
              <ScoreDistribution value="no" recordCount="60"/>
              <Node id="2" score="yes" recordCount="40">
                <SimplePredicate field="x" operator="lessThan" value="1"/>
                <ScoreDistribution value="yes" recordCount="30"/>
                <ScoreDistribution value="no" recordCount="10"/></Node>
              <Node id="3" score="no" recordCount="60">
                <CompoundPredicate booleanOperator="and">
                  <SimplePredicate field="x" operator="greaterOrEqual" value="1"/>
                  <SimpleSetPredicate field="c" booleanOperator="isIn">
                    <Array n="2" type="string">red "light blue"</Array></SimpleSetPredicate>
                </CompoundPredicate>
                <ScoreDistribution value="yes" recordCount="10"/>
                <ScoreDistribution value="no" recordCount="50"/></Node>
            </Node></TreeModel>
            """);
  }

  @ParameterizedTest(name = "{0} {1} {2}: {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          none | returnNullPrediction | x=0 c=red | k=yes probability(no)=0.25 probability(yes)=0.75 | left
          none | returnNullPrediction | x=1 c=red | k=no probability(no)=0.833333333 probability(yes)=0.166666667 | right
          none | returnNullPrediction | x=1 c=green | k= probability(no)=NaN probability(yes)=NaN | no child
          none | returnLastPrediction | x=1 c=green | k=no probability(no)=0.6 probability(yes)=0.4 | the parent
          none | returnNullPrediction | c=red | k= probability(no)=NaN probability(yes)=NaN | unknown is not true
          lastPrediction | returnNullPrediction | c=red | k=no probability(no)=0.6 probability(yes)=0.4 | stays
          nullPrediction | returnNullPrediction | c=red | k= probability(no)=NaN probability(yes)=NaN | gives up
          defaultChild | returnNullPrediction | c=red | k=no probability(no)=0.833333333 probability(yes)=0.166666667 | node 3
          weightedConfidence | returnNullPrediction | c=red | k=no probability(no)=0.6 probability(yes)=0.4 | 0.4*0.75 + 0.6/6
          weightedConfidence | returnNullPrediction | c=green | k=yes probability(no)=0.25 probability(yes)=0.75 | node 3 is false
          aggregateNodes | returnNullPrediction | c=red | k=no probability(no)=0.6 probability(yes)=0.4 | 60 of 100
          """)
  void treesWithMissingValues(
      String strategy, String noTrueChild, String row, String expected, String why)
      throws Exception {
    var document =
        tree(
            "missingValueStrategy=\""
                + strategy
                + "\" noTrueChildStrategy=\""
                + noTrueChild
                + "\"");
    assertThat(asked(document, row)).as(why).isEqualTo(expected);
  }

  private static String ensemble(String method, String function) {
    var target = function.equals("regression") ? "y" : "k";
    var segments = new StringBuilder();
    double[][] scores = {{1, 2, 1}, {4, 6, 1}, {10, 20, 3}};
    for (var score : scores) {
      segments.append(
          """
          <Segment weight="%s"><True/><TreeModel functionName="%s">%s
          <Node><True/><Node score="%s"><SimplePredicate field="x" operator="lessOrEqual" value="0"/>
          </Node><Node score="%s"><SimplePredicate field="x" operator="greaterThan" value="0"/></Node>
          </Node></TreeModel></Segment>
          """
              .formatted(
                  score[2],
                  function,
                  Documents.schema(target),
                  target.equals("y") ? score[0] : score[0] < 10 ? "no" : "yes",
                  target.equals("y") ? score[1] : "no"));
    }
    return Documents.of(
        Documents.FIELDS,
        "<MiningModel functionName=\""
            + function
            + "\">"
            + Documents.schema(target)
            + "<Segmentation multipleModelMethod=\""
            + method
            + "\">"
            + segments
            + "</Segmentation></MiningModel>");
  }

  @ParameterizedTest(name = "{0} {1}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sum             | x=0 | y=15.0 | 1 + 4 + 10
          sum             | x=1 | y=28.0 | 2 + 6 + 20
          weightedSum     | x=0 | y=35.0 | 1 + 4 + 3 * 10
          average         | x=0 | y=5.0  | 15 / 3
          weightedAverage | x=0 | y=7.0  | 35 / 5
          median          | x=0 | y=4.0  | the middle one
          x-weightedMedian | x=0 | y=10.0 | half the weight
          max             | x=0 | y=10.0 | the largest
          selectFirst     | x=0 | y=1.0  | the first one
          modelChain      | x=0 | y=10.0 | the last one
          sum             | z=0 | y=NaN  | no tree has an answer
          """)
  void ensemblesOfNumbers(String method, String row, String expected, String why) throws Exception {
    assertThat(asked(ensemble(method, "regression"), row)).as(why).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          majorityVote         | k=no probability(no)=0.666666667 probability(yes)=0.333333333 | two of three
          weightedMajorityVote | k=yes probability(no)=0.4 probability(yes)=0.6 | three of five
          average              | k=no probability(no)=0.666666667 probability(yes)=0.333333333 | certain leaves
          """)
  void ensemblesOfClasses(String method, String expected, String why) throws Exception {
    assertThat(asked(ensemble(method, "classification"), "x=0")).as(why).isEqualTo(expected);
  }

  @Test
  void scorecardsTellTheirReasons() throws Exception {
    var document =
        Documents.of(
            Documents.FIELDS,
            "<Scorecard functionName=\"regression\" initialScore=\"10\" baselineScore=\"20\""
                + " reasonCodeAlgorithm=\"pointsBelow\">"
                + Documents.schema("y")
                + """
                <Output><OutputField name="first" feature="reasonCode" rank="1"/>
                <OutputField name="second" feature="reasonCode" rank="2"/></Output>
                <Characteristics>
                  <Characteristic reasonCode="A">
                    <Attribute partialScore="15">
                      <SimplePredicate field="x" operator="lessThan" value="5"/></Attribute>
                    <Attribute partialScore="30"><True/></Attribute></Characteristic>
                  <Characteristic reasonCode="B" baselineScore="12">
                    <Attribute reasonCode="B1">
                      <SimplePredicate field="c" operator="equal" value="red"/>
                      <ComplexPartialScore><Apply function="*"><FieldRef field="x"/>
                        <Constant>2</Constant></Apply></ComplexPartialScore></Attribute>
                  </Characteristic>
                </Characteristics></Scorecard>
                """);
    assertThat(asked(document, "x=1 c=red")).isEqualTo("y=27.0 first=B1 second=A");
    assertThat(asked(document, "x=6 c=red")).isEqualTo("y=52.0 first=B1 second=A");
    assertThat(asked(document, "x=1 c=blue")).startsWith("y=NaN");
  }

  @Test
  void outputsAndTargets() throws Exception {
    var document =
        regression(
            "functionName=\"regression\"",
            """
            <Output>
              <OutputField name="raw" feature="predictedValue"/>
              <OutputField name="good" feature="decision" dataType="string">
                <Apply function="if"><Apply function="greaterThan"><FieldRef field="raw"/>
                <Constant>10</Constant></Apply><Constant>accept</Constant>
                <Constant>refuse</Constant></Apply></OutputField>
              <OutputField name="hidden" feature="predictedValue" isFinalResult="false"/>
            </Output>
            <Targets><Target field="y" min="-10" max="9" rescaleFactor="2" rescaleConstant="0.7"
              castInteger="floor"/></Targets>
            <RegressionTable intercept="0"><NumericPredictor name="x" coefficient="1"/>
            </RegressionTable>
            """,
            "y");
    assertThat(asked(document, "x=4")).isEqualTo("y=8.0 raw=8.0 good=refuse");
    assertThat(asked(document, "x=400")).isEqualTo("y=18.0 raw=18.0 good=accept");
  }

  @ParameterizedTest(name = "{0} {1}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          missingValueReplacement="5"                       | z=1   | y=5.0 | replaced
          missingValueReplacement="5" | x=-99 | y=5.0 | a value that means missing
          invalidValueTreatment="asIs"                      | x=200 | y=200.0 | let through
          invalidValueTreatment="asMissing" missingValueReplacement="5" | x=200 | y=5.0 | as if missing
          invalidValueTreatment="asValue" invalidValueReplacement="6" | x=200 | y=6.0 | another value
          outliers="asExtremeValues" lowValue="1" highValue="3" | x=50 | y=3.0 | the margin
          outliers="asExtremeValues" lowValue="1" highValue="3" | x=0 | y=1.0 | the margin
          outliers="asMissingValues" lowValue="1" highValue="3" | x=50 | y=NaN | missing
          """)
  void treatsValues(String attributes, String row, String expected, String why) throws Exception {
    assertThat(asked(treated(attributes), row)).as(why).isEqualTo(expected);
  }

  private static String treated(String attributes) {
    return regression(
            "functionName=\"regression\"",
            "<RegressionTable intercept=\"0\"><NumericPredictor name=\"x\" coefficient=\"1\"/>"
                + "</RegressionTable>",
            "y")
        .replace("<MiningField name=\"x\"/>", "<MiningField name=\"x\" " + attributes + "/>")
        .replace(
            "<DataField name=\"x\" optype=\"continuous\" dataType=\"double\"/>",
            "<DataField name=\"x\" optype=\"continuous\" dataType=\"double\"><Interval"
                + " closure=\"closedClosed\" leftMargin=\"0\" rightMargin=\"100\"/>"
                + "<Value value=\"-99\" property=\"missing\"/></DataField>");
  }

  @Test
  void refusesInvalidValuesByName() throws Exception {
    try (var model = Documents.load(treated(""))) {
      assertThatThrownBy(() -> Documents.ask(model, "x=200"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("input x")
          .hasMessageContaining("200.0")
          .hasMessageContaining("[0.0, 100.0]");
      assertThatThrownBy(() -> Documents.ask(model, "x=tall"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("\"tall\"");
      var narrow = Tensor.ofDoubles("input-0", new long[] {1, 2}, new double[2]);
      assertThatThrownBy(() -> model.infer(Invocation.of(narrow)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("[1, 2]")
          .hasMessageContaining("[-1, 3]");
    }
  }

  @Test
  void signatureTellsNamesAndTypes() throws Exception {
    try (var model = Documents.load(tree(""))) {
      var signature = model.signatures().firstEntry().getValue();
      assertThat(model.signatures()).containsKey("predict");
      assertThat(signature.inputs())
          .extracting(each -> each.name() + ":" + each.type() + each.shape())
          .containsExactly("x:FP64[-1]", "z:FP64[-1]", "c:BYTES[-1]");
      assertThat(signature.outputs())
          .extracting(each -> each.name() + ":" + each.type() + each.shape())
          .containsExactly("k:BYTES[-1]", "probability(no):FP64[-1]", "probability(yes):FP64[-1]");
      var x = Tensor.of("x", DataType.INT32, new long[] {2, 1}, new int[] {0, 5});
      var c = Tensor.ofStrings("c", new long[] {2}, "red", "light blue");
      var labels = model.infer(Invocation.of(c, x)).getFirst();
      assertThat(labels.text(0)).isEqualTo("yes");
      assertThat(labels.text(1)).isEqualTo("no");
    }
  }
}
