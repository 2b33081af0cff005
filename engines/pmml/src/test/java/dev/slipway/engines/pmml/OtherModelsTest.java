package dev.slipway.engines.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.engine.ModelLoadException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rarer models, with answers worked out by hand.
final class OtherModelsTest {
  private static String asked(String document, String row) throws Exception {
    try (var model = Documents.load(document)) {
      return Documents.ask(model, row);
    }
  }

  private static String model(String name, String attributes, String target, String body) {
    return Documents.of(
        Documents.FIELDS,
        "<%s %s>%s%s</%s>".formatted(name, attributes, Documents.schema(target), body, name));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          c=red      | k=yes probability(no)=0.25 probability(yes)=0.75 | 10*0.2 against 20*0.3
          c=blue     | k=yes probability(no)=0.363636364 probability(yes)=0.636363636 | 10*0.8, 20*0.7
          z=1        | k=yes probability(no)=0.333333333 probability(yes)=0.666666667 | the priors
          x=0 c=red  | k=yes probability(no)=0.475366886 probability(yes)=0.524633114 | and a bell at 0 or 2
          """)
  void naiveBayes(String row, String expected, String why) throws Exception {
    var document =
        model(
            "NaiveBayesModel",
            "functionName=\"classification\" threshold=\"0.001\"",
            "k",
            """
            <BayesInputs>
              <BayesInput fieldName="c">
                <PairCounts value="red"><TargetValueCounts>
                  <TargetValueCount value="no" count="2"/><TargetValueCount value="yes" count="6"/>
                </TargetValueCounts></PairCounts>
                <PairCounts value="blue"><TargetValueCounts>
                  <TargetValueCount value="no" count="8"/><TargetValueCount value="yes" count="14"/>
                </TargetValueCounts></PairCounts></BayesInput>
              <BayesInput fieldName="x"><TargetValueStats>
                <TargetValueStat value="no"><GaussianDistribution mean="0" variance="2"/>
                </TargetValueStat>
                <TargetValueStat value="yes"><GaussianDistribution mean="2" variance="2"/>
                </TargetValueStat></TargetValueStats></BayesInput>
            </BayesInputs>
            <BayesOutput fieldName="k"><TargetValueCounts>
              <TargetValueCount value="no" count="10"/><TargetValueCount value="yes" count="20"/>
            </TargetValueCounts></BayesOutput>
            """);
    assertThat(asked(document, row)).as(why).isEqualTo(expected);
  }

  private static String general(String attributes, String target, String cells) {
    return model(
        "GeneralRegressionModel",
        attributes,
        target,
        """
        <ParameterList><Parameter name="p0"/><Parameter name="p1"/><Parameter name="p2"/>
        </ParameterList>
        <FactorList><Predictor name="c"/></FactorList>
        <CovariateList><Predictor name="x"/></CovariateList>
        <PPMatrix><PPCell value="2" predictorName="x" parameterName="p1"/>
          <PPCell value="red" predictorName="c" parameterName="p2"/>
          <PPCell value="1" predictorName="x" parameterName="p2"/></PPMatrix>
        <ParamMatrix>%s</ParamMatrix>
        """
            .formatted(cells));
  }

  @ParameterizedTest(name = "{0} {1}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          identity | x=3 c=red  | y=25.0        | 1 + 2 * 9 + 2 * 3
          identity | x=3 c=blue | y=19.0        | no interaction
          identity | c=red      | y=NaN         | missing
          log      | x=0 c=red  | y=2.718281828 | e
          logit    | x=0 c=red  | y=0.731058579 | 1 / (1 + 1/e)
          cloglog  | x=0 c=red  | y=0.934011964 | 1 - exp(-e)
          logc     | x=0 c=red  | y=-1.718281828 | 1 - e
          """)
  void generalizedLinear(String link, String row, String expected, String why) throws Exception {
    var document =
        general(
            "functionName=\"regression\" modelType=\"generalizedLinear\" linkFunction=\""
                + link
                + "\"",
            "y",
            """
            <PCell parameterName="p0" beta="1"/><PCell parameterName="p1" beta="2"/>
            <PCell parameterName="p2" beta="2"/>
            """);
    assertThat(asked(document, row)).as(why).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"multinomialLogistic", "generalizedLinear\" linkFunction=\"logit"})
  void generalClassification(String type) throws Exception {
    var document =
        general(
            "functionName=\"classification\" modelType=\"" + type + "\"",
            "k",
            """
            <PCell targetCategory="yes" parameterName="p0" beta="1"/>
            <PCell targetCategory="yes" parameterName="p2" beta="-1"/>
            """);
    assertThat(asked(document, "x=2 c=red"))
        .isEqualTo("k=no probability(no)=0.731058579 probability(yes)=0.268941421");
  }

  private static String network(String attributes, String target, String outputs) {
    return model(
        "NeuralNetwork",
        attributes,
        target,
        """
        <NeuralInputs><NeuralInput id="0"><DerivedField optype="continuous" dataType="double">
          <FieldRef field="x"/></DerivedField></NeuralInput>
          <NeuralInput id="1"><DerivedField optype="continuous" dataType="double">
          <NormDiscrete field="c" value="red"/></DerivedField></NeuralInput></NeuralInputs>
        <NeuralLayer activationFunction="rectifier">
          <Neuron id="2" bias="1"><Con from="0" weight="2"/><Con from="1" weight="-1"/></Neuron>
          <Neuron id="3"><Con from="0" weight="-1"/></Neuron></NeuralLayer>
        <NeuralLayer><Neuron id="4"><Con from="2" weight="0.5"/></Neuron>
          <Neuron id="5"><Con from="3" weight="1"/></Neuron></NeuralLayer>
        <NeuralOutputs>%s</NeuralOutputs>
        """
            .formatted(outputs));
  }

  @Test
  void networksOfNumbersAreScaledBack() throws Exception {
    var document =
        network(
            "functionName=\"regression\" activationFunction=\"identity\"",
            "y",
            """
            <NeuralOutput outputNeuron="4"><DerivedField optype="continuous" dataType="double">
              <NormContinuous field="y"><LinearNorm orig="100" norm="0"/>
              <LinearNorm orig="300" norm="1"/></NormContinuous></DerivedField></NeuralOutput>
            """);
    assertThat(asked(document, "x=1 c=blue")).isEqualTo("y=400.0");
    assertThat(asked(document, "x=1 c=red")).isEqualTo("y=300.0");
    assertThat(asked(document, "c=red")).isEqualTo("y=NaN");
  }

  @Test
  void networksOfClasses() throws Exception {
    var document =
        network(
            "functionName=\"classification\" activationFunction=\"identity\""
                + " normalizationMethod=\"softmax\"",
            "k",
            """
            <NeuralOutput outputNeuron="4"><DerivedField optype="categorical" dataType="string">
              <NormDiscrete field="k" value="yes"/></DerivedField></NeuralOutput>
            <NeuralOutput outputNeuron="5"><DerivedField optype="categorical" dataType="string">
              <NormDiscrete field="k" value="no"/></DerivedField></NeuralOutput>
            """);
    assertThat(asked(document, "x=0.5 c=blue"))
        .isEqualTo("k=yes probability(no)=0.268941421 probability(yes)=0.731058579");
  }

  @ParameterizedTest(name = "{0} {1}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          firstHit    | x=5 c=red | k=yes p=0.9 rule=a | the first
          firstHit    | x=0 c=red | k=no p=0.6 rule=b  | the second
          firstHit    | x=0 c=tan | k=no p=0.5 rule=   | the default
          weightedMax | x=5 c=red | k=no p=0.6 rule=b  | the weightiest
          weightedSum | x=9 c=red | k=yes p=1.0 rule=b | 1 + 2 against 2.5 of three
          """)
  void ruleSets(String criterion, String row, String expected, String why) throws Exception {
    var document =
        model(
            "RuleSetModel",
            "functionName=\"classification\"",
            "k",
            """
            <Output><OutputField name="p" feature="confidence"/>
              <OutputField name="rule" feature="entityId"/></Output>
            <RuleSet defaultScore="no" defaultConfidence="0.5">
              <RuleSelectionMethod criterion="%s"/>
              <SimpleRule id="a" score="yes" weight="1" confidence="0.9">
                <SimplePredicate field="x" operator="greaterThan" value="1"/></SimpleRule>
              <SimpleRule id="b" score="no" weight="2.5" confidence="0.6">
                <SimplePredicate field="c" operator="equal" value="red"/></SimpleRule>
              <CompoundRule><SimplePredicate field="x" operator="greaterThan" value="6"/>
                <SimpleRule id="d" score="yes" weight="2" confidence="0.7"><True/></SimpleRule>
              </CompoundRule>
            </RuleSet>
            """
                .formatted(criterion));
    assertThat(asked(document, row)).as(why).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} {1}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <euclidean/>        | x=0 z=0 | predicted=2 d=1.0 name=near | 1 away; the other is 5
          <squaredEuclidean/> | x=0 z=0 | predicted=2 d=1.0 name=near | squared
          <cityBlock/>        | x=3 z=3 | predicted=1 d=1.0 name=far  | |3-3| + |3-4|
          <chebychev/>        | x=9 z=4 | predicted=1 d=6.0 name=far  | the largest
          <euclidean/>        | x=3     | predicted=1 d=0.0 name=far  | without the missing one
          <euclidean/>        | c=red   | predicted= d=NaN name=      | nothing to go by
          """)
  void clusters(String measure, String row, String expected, String why) throws Exception {
    var document =
        model(
                "ClusteringModel",
                "functionName=\"clustering\" modelClass=\"centerBased\" numberOfClusters=\"2\"",
                "k",
                """
            <Output><OutputField name="d" feature="affinity"/>
              <OutputField name="name" feature="predictedDisplayValue"/></Output>
            <ComparisonMeasure kind="distance">%s</ComparisonMeasure>
            <ClusteringField field="x"/><ClusteringField field="z"/>
            <Cluster name="far"><Array n="2" type="real">3 4</Array></Cluster>
            <Cluster name="near"><Array n="2" type="real">0 1</Array></Cluster>
            """
                    .formatted(measure))
            .replace("<MiningField name=\"k\" usageType=\"target\"/>", "");
    assertThat(asked(document, row)).as(why).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TimeSeriesModel", "TextModel"})
  void refusesWhatItDoesNotEvaluate(String name) {
    var document = model(name, "functionName=\"regression\"", "y", "");
    assertThatThrownBy(() -> Documents.load(document))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("line 7: " + name + ": this element is not supported");
  }
}
