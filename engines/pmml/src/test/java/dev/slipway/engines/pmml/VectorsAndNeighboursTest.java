package dev.slipway.engines.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.engine.ModelLoadException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Support vector machines and nearest neighbours, with answers worked out by hand.
final class VectorsAndNeighboursTest {
  private static final String VECTORS =
      """
      <VectorDictionary numberOfVectors="4">
        <VectorFields numberOfFields="2"><FieldRef field="x"/><FieldRef field="z"/></VectorFields>
        <VectorInstance id="a"><REAL-SparseArray n="2"/></VectorInstance>
        <VectorInstance id="b"><REAL-SparseArray n="2"><Indices>2</Indices>
          <REAL-Entries>1.0</REAL-Entries></REAL-SparseArray></VectorInstance>
        <VectorInstance id="c"><Array n="2" type="real">1 0</Array></VectorInstance>
        <VectorInstance id="d"><Array n="2" type="real">1 1</Array></VectorInstance>
      </VectorDictionary>
      """;

  private static String model(String name, String attributes, String target, String body) {
    return Documents.of(
        Documents.FIELDS,
        "<%s %s>%s%s</%s>".formatted(name, attributes, Documents.schema(target), body, name));
  }

  private static String machine(String attributes, String vectors, String coefficients) {
    var text = new StringBuilder("<SupportVectorMachine " + attributes + "><SupportVectors>");
    vectors
        .chars()
        .forEach(id -> text.append("<SupportVector vectorId=\"").append((char) id).append("\"/>"));
    text.append("</SupportVectors><Coefficients absoluteValue=\"0.5\">");
    for (var value : coefficients.split(" ", -1)) {
      text.append("<Coefficient value=\"").append(value).append("\"/>");
    }
    return text + "</Coefficients></SupportVectorMachine>";
  }

  private static String asked(String document, String row) throws Exception {
    try (var model = Documents.load(document)) {
      return Documents.ask(model, row);
    }
  }

  @ParameterizedTest(name = "{0} {1}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          LinearKernelType                                     | x=2 z=3 | y=6.0 | 2*2 + 3/2 + 0.5
          RadialBasisKernelType gamma="1"                      | x=1 z=0 | y=2.567667642 | 2 + exp(-2) / 2 + 0.5
          PolynomialKernelType gamma="2" coef0="1" degree="2"  | x=1 z=1 | y=23.0 | 2*9 + 9/2 + 0.5
          SigmoidKernelType gamma="1" coef0="0"                | x=0 z=9 | y=0.999999985 | tanh(9) / 2 + 0.5
          LinearKernelType                                     | x=2     | y=NaN | missing
          """)
  void kernels(String kernel, String row, String expected, String why) throws Exception {
    var document =
        model(
            "SupportVectorMachineModel",
            "functionName=\"regression\"",
            "y",
            "<" + kernel + "/>" + VECTORS + machine("", "cb", "2 0.5"));
    assertThat(asked(document, row)).as(why).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x=0 z=0 | k=no probability(no)=1.0 probability(yes)=0.0  | below the threshold
          x=0 z=1 | k=yes probability(no)=0.0 probability(yes)=1.0 | exclusive or
          x=1 z=0 | k=yes probability(no)=0.0 probability(yes)=1.0 | of the two
          x=1 z=1 | k=no probability(no)=1.0 probability(yes)=0.0  | is what it learnt
          """)
  void aLoneMachineDecidesBetweenTwoClasses(String row, String expected, String why)
      throws Exception {
    var document =
        model(
            "SupportVectorMachineModel",
            "functionName=\"classification\" threshold=\"0.5\"",
            "k",
            "<RadialBasisKernelType gamma=\"1\"/>"
                + VECTORS
                + machine(
                    "targetCategory=\"no\" alternateTargetCategory=\"yes\"", "abcd", "-1 1 1 -1"));
    assertThat(asked(document, row)).as(why).isEqualTo(expected);
  }

  @ParameterizedTest(name = "maxWins={0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          false | k=yes d=1.5 | the smallest wins
          true  | k=no d=3.5  | the greatest wins
          """)
  void machinesOfOneClassEachCompete(String maxWins, String expected, String why) throws Exception {
    var document =
        model(
            "SupportVectorMachineModel",
            "functionName=\"classification\" maxWins=\"" + maxWins + "\"",
            "k",
            "<Output><OutputField name=\"d\" feature=\"affinity\"/></Output><LinearKernelType/>"
                + VECTORS
                + machine("targetCategory=\"no\"", "c", "3")
                + machine("targetCategory=\"yes\"", "c", "1"));
    assertThat(asked(document, "x=1 z=0")).as(why).isEqualTo(expected);
  }

  @Test
  void coefficientsOfFieldsNeedNoVectors() throws Exception {
    var document =
        model(
            "SupportVectorMachineModel",
            "functionName=\"regression\" svmRepresentation=\"Coefficients\"",
            "y",
            """
            <LinearKernelType/><VectorDictionary><VectorFields numberOfFields="2">
              <FieldRef field="x"/><CategoricalPredictor name="c" value="red" coefficient="2"/>
              </VectorFields></VectorDictionary>
            <SupportVectorMachine><Coefficients absoluteValue="-1"><Coefficient value="3"/>
              <Coefficient value="5"/></Coefficients></SupportVectorMachine>
            """);
    assertThat(asked(document, "x=1 c=red")).isEqualTo("y=12.0");
    assertThat(asked(document, "x=1 c=tan")).isEqualTo("y=2.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <SupportVector vectorId="a"/><SupportVector vectorId="e"/> | no VectorInstance e
          <SupportVector vectorId="a"/>                              | 2 coefficients where 1 are
          """)
  void refusesMachinesThatDoNotFitTheirVectors(String vectors, String message) {
    var document =
        model(
            "SupportVectorMachineModel",
            "functionName=\"regression\"",
            "y",
            "<LinearKernelType/>"
                + VECTORS
                + "<SupportVectorMachine><SupportVectors>"
                + vectors
                + "</SupportVectors><Coefficients><Coefficient value=\"1\"/><Coefficient/>"
                + "</Coefficients></SupportVectorMachine>");
    assertThatThrownBy(() -> Documents.load(document))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(message);
  }

  private static String neighbours(String attributes, String target, String further) {
    return model(
        "NearestNeighborModel",
        "numberOfNeighbors=\"3\" " + attributes,
        target,
        further
            + """
            <TrainingInstances><InstanceFields><InstanceField field="x" column="X"/>
              <InstanceField field="c"/><InstanceField field="y"/><InstanceField field="k"/>
              <InstanceField field="who"/></InstanceFields>
              <InlineTable>
              <row><X>0</X><c>red</c><y>1</y><k>no</k><who>ann</who></row>
              <row><X>1</X><c>red</c><y>2</y><k>yes</k><who>bob</who></row>
              <row><X>3</X><c>blue</c><y>6</y><k>yes</k><who>cid</who></row>
              <row><X>9</X><c>red</c><y>8</y><k>no</k><who>dan</who></row>
              </InlineTable></TrainingInstances>
            <ComparisonMeasure kind="distance"><cityBlock/></ComparisonMeasure>
            <KNNInputs><KNNInput field="x"/>
              <KNNInput field="c" fieldWeight="4" compareFunction="delta"/></KNNInputs>
            """);
  }

  @ParameterizedTest(name = "{0} {1}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          average         | x=0 c=red  | y=3.0         | 1, 2 and 6: the last is 3 + 4 away
          median          | x=0 c=red  | y=2.0         | of the same
          average         | x=8 c=red  | y=3.666666667 | 8, 2 and 1: blue is 5 + 4 away
          average         | c=red      | y=3.666666667 | all reds are as near
          average         | z=1        | y=NaN         | nothing to go by
          """)
  void numbersOfNeighbours(String method, String row, String expected, String why)
      throws Exception {
    var document =
        neighbours(
            "functionName=\"regression\" continuousScoringMethod=\"" + method + "\"", "y", "");
    assertThat(asked(document, row)).as(why).isEqualTo(expected);
  }

  @Test
  void classesOfNeighboursTellWhoTheyAre() throws Exception {
    var outputs =
        """
        <Output><OutputField name="first" feature="entityId"/>
          <OutputField name="third" feature="entityId" rank="3"/>
          <OutputField name="fifth" feature="entityId" rank="5"/>
          <OutputField name="p" feature="probability" value="no"/></Output>
        """;
    var voted = neighbours("functionName=\"classification\"", "k", outputs);
    assertThat(asked(voted, "x=0 c=red")).isEqualTo("k=yes first=1 third=3 fifth= p=0.333333333");
    var weighted =
        neighbours(
            "functionName=\"classification\" categoricalScoringMethod=\"weightedMajorityVote\""
                + " threshold=\"0.5\" instanceIdVariable=\"who\"",
            "k",
            outputs);
    assertThat(asked(weighted, "x=0 c=red"))
        .isEqualTo("k=no first=ann third=cid fifth= p=0.714285714");
  }

  @Test
  void neighboursWithoutATargetAreTheAnswer() throws Exception {
    var document =
        neighbours("functionName=\"clustering\" instanceIdVariable=\"who\"", "k", "")
            .replace("<MiningField name=\"k\" usageType=\"target\"/>", "");
    assertThat(asked(document, "x=4 c=blue")).isEqualTo("predicted=cid");
  }

  @Test
  void refusesToMeasureBetweenWords() {
    var document =
        neighbours("functionName=\"regression\"", "y", "")
            .replace(" compareFunction=\"delta\"", "");
    assertThatThrownBy(() -> Documents.load(document))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("the field c is a string, which absDiff cannot compare");
  }
}
