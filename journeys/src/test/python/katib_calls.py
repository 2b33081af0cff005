"""Katib's protocol from Python: katib_calls.py PROTO_DIRECTORY COMMAND ..."""

import sys

import grpc

sys.path.insert(0, sys.argv[1])
api, calls = grpc.protos_and_services("katib.proto")


def report(address, trial, *pairs):
    """As Katib's report_metrics does."""
    logs = [
        api.MetricLog(
            time_stamp="2026-01-02T03:04:0%dZ" % at, metric=api.Pair(name=name, value=value)
        )
        for at, (name, value) in enumerate(pair.split("=") for pair in pairs)
    ]
    with grpc.insecure_channel(address) as channel:
        calls.DBManagerStub(channel).ReportObservationLog(
            api.ReportRequest(
                trial_name=trial, observation_log=api.ObservationLog(metric_logs=logs)
            ),
            timeout=30,
        )


def logs(address, trial):
    with grpc.insecure_channel(address) as channel:
        reply = calls.DBManagerStub(channel).GetObservationLog(
            api.GetRequest(trial_name=trial), timeout=30
        )
    for each in reply.observation_log.metric_logs:
        print(each.time_stamp, each.metric.name, each.metric.value)


def suggest(address, algorithm):
    space = api.Space(min="1", max="3")
    spec = api.Spec(
        parameter_specs=api.Parameters(
            parameters=[api.Parameter(name="x", parameter_type=2, feasible_space=space)]
        ),
        objective=api.Objective(type=2, objective_metric_name="accuracy"),
        algorithm=api.Algorithm(algorithm_name=algorithm),
        parallel_trial_count=2,
        max_trial_count=3,
    )
    experiment = api.Experiment(name="asked", spec=spec)
    with grpc.insecure_channel(address) as channel:
        stub = calls.SuggestionStub(channel)
        try:
            stub.ValidateAlgorithmSettings(api.ValidateRequest(experiment=experiment), timeout=30)
            reply = stub.GetSuggestions(
                api.SuggestRequest(
                    experiment=experiment, current_request_number=2, total_request_number=2
                ),
                timeout=30,
            )
        except grpc.RpcError as refused:
            print(refused.code().name, refused.details())
            return
    for each in reply.parameter_assignments:
        print(" ".join(pair.name + "=" + pair.value for pair in each.assignments))


def serve(port):
    """An algorithm of its own: halves the range towards the best so far."""
    from concurrent import futures

    class Halving(calls.SuggestionServicer):
        def GetSuggestions(self, request, context):
            space = request.experiment.spec.parameter_specs.parameters[0].feasible_space
            known = len(request.trials)
            value = float(space.min) + (float(space.max) - float(space.min)) / 2 ** (known + 1)
            name = request.experiment.spec.parameter_specs.parameters[0].name
            print("asked for", request.current_request_number, "knowing", known, flush=True)
            return api.SuggestReply(
                parameter_assignments=[
                    api.Proposal(
                        assignments=[api.Pair(name=name, value=str(value))],
                        labels={"halving": "step-%d" % known},
                    )
                    for _ in range(request.current_request_number)
                ]
            )

    server = grpc.server(futures.ThreadPoolExecutor(4))
    calls.add_SuggestionServicer_to_server(Halving(), server)
    bound = server.add_insecure_port("127.0.0.1:" + port)
    server.start()
    print("listening", bound, flush=True)
    server.wait_for_termination()


{"report": report, "logs": logs, "suggest": suggest, "serve": serve}[sys.argv[2]](*sys.argv[3:])
