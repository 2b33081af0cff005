package dev.slipway.apiserver.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a Job may say, and what may change in it; after `validation_test.go` of
/// `pkg/apis/batch/validation`.
final class JobRulesTest {
  private static final String INDEXED =
      "{'spec':{'completionMode':'Indexed','completions':5,'parallelism':5}}";
  private static final String WAITING =
      "{'spec':{'suspend':true,'template':{'spec':{'affinity':{'podAffinity':{},"
          + "'nodeAffinity':{}}}}}}";

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          'successPolicy':{'rules':[{'succeededIndexes':'0,2-4'}]} | ^^
          'successPolicy':{'rules':[{'succeededIndexes':'0-2','succeededCount':3}]} | ^^
          'successPolicy':{'rules':[{}]} | spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes
          'successPolicy':{'rules':[{'succeededCount':6}]} | spec.successPolicy.rules[0].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)
          'successPolicy':{'rules':[{'succeededIndexes':'0-1','succeededCount':3}]} | must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)
          'successPolicy':{'rules':[{'succeededIndexes':'0-5'}]} | spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0-5": error parsing succeededIndexes: too large index: "5"
          'successPolicy':{'rules':[{'succeededIndexes':'a'}]} | cannot convert string to integer for index: "a"
          'successPolicy':{'rules':[{'succeededIndexes':'1-2-3'}]} | the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'
          'successPolicy':{'rules':[{'succeededIndexes':'2,1'}]} | non-increasing order, previous: 2, current: 1
          'successPolicy':{'rules':[{'succeededIndexes':'3-3'}]} | non-increasing order, previous: 3, current: 3
          'maxFailedIndexes':6,'backoffLimitPerIndex':1 | spec.maxFailedIndexes: Invalid value: 6: must be less than or equal to completions
          'maxFailedIndexes':1 | spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified
          'completions':100001,'backoffLimitPerIndex':1 | spec.maxFailedIndexes: Required value: must be specified when completions is above 100000
          'completions':100001,'backoffLimitPerIndex':1,'maxFailedIndexes':10001 | spec.maxFailedIndexes: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000
          'parallelism':100001 | spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed
          'managedBy':'me' | spec.managedBy: Invalid value: "me": must be a domain-prefixed path
          """)
  void anIndexedJobIsJudged(String more, String message) {
    var spec = "'completionMode':'Indexed','completions':5," + more;
    var found = Samples.create("batch/v1 Job", "{'spec':{" + spec + "}}");

    if (message.isEmpty()) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found).anyMatch(each -> each.contains(message));
    }
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          indexed | 'completions':8,'parallelism':8 | ^^
          indexed | 'completions':8 | spec.completions: Invalid value: 8: can only be modified in tandem with spec.parallelism
          indexed | 'completions':null | spec.completions: Required value: when completion mode is Indexed
          indexed | 'maxFailedIndexes':1 | spec.backoffLimitPerIndex: Required value
          indexed | 'backoffLimitPerIndex':1 | spec.backoffLimitPerIndex: Invalid value: 1: field is immutable
          indexed | 'successPolicy':{'rules':[{'succeededCount':1}]} | field is immutable
          indexed | 'managedBy':'x.y/z' | spec.managedBy: Invalid value: "x.y/z": field is immutable
          indexed | 'parallelism':2,'suspend':true,'backoffLimit':1,'activeDeadlineSeconds':9,'ttlSecondsAfterFinished':1 | ^^
          indexed | 'template':{'spec':{'nodeSelector':{'a':'b'}}} | spec.template: Invalid value
          waiting | 'template':{'spec':{'nodeSelector':{'a':'b'},'schedulingGates':[{'name':'x.y/z'}],'tolerations':[{'operator':'Exists'}]}} | ^^
          waiting | 'template':{'metadata':{'annotations':{'a':'b'},'labels':{'a':'b'}}} | ^^
          waiting | 'template':{'spec':{'affinity':{'nodeAffinity':null}}} | ^^
          waiting | 'template':{'spec':{'affinity':{'podAffinity':null}}} | spec.template: Invalid value
          waiting | 'template':{'spec':{'containers':{'+':{'image':'other'}}}} | spec.template: Invalid value
          waiting | 'template':{'spec':{'containers':{'+':{'resources':{'requests':{'cpu':'1'}}}}}} | spec.template: Invalid value
          started | 'template':{'spec':{'nodeSelector':{'a':'b'}}} | spec.template: Invalid value
          """)
  void aChangeIsJudged(String before, String change, String message) {
    var stored =
        switch (before) {
          case "indexed" -> INDEXED;
          case "waiting" -> WAITING;
          default -> "{'spec':{'suspend':true},'status':{'startTime':'2026-01-01T00:00:00Z'}}";
        };
    var found = Samples.update("batch/v1 Job", stored, "{'spec':{" + change + "}}");

    if (message.isEmpty()) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found).anyMatch(each -> each.contains(message));
    }
  }
}
