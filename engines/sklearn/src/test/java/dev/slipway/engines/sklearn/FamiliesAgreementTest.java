package dev.slipway.engines.sklearn;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Support vectors, neighbours, naive Bayes, discriminants, perceptrons, clusters, decompositions.
final class FamiliesAgreementTest {
  @TestFactory
  Stream<DynamicTest> answersAsTheNewestLibraryDoes() {
    return Agreement.of("families.py", Agreement.SKLEARN).tests();
  }

  @TestFactory
  Stream<DynamicTest> answersAsAnOlderLibraryDoes() {
    return Agreement.of("families.py", Agreement.OLD).tests();
  }
}
