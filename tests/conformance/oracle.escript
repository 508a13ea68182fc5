#!/usr/bin/env escript
%% Runs scenarios on OTP's supervisor and tells what could be observed. Scenarios come on stdin, each ended by a line
%% `end`; traces go to stdout in the same order, each ended by `end` too. scenario.hpp describes the one, trace.hpp the
%% other.
%%
%% Each scenario has two processes. The driver is the parent of the top supervisor and plays the steps. The collector
%% takes notes: what a start function returned and what OTP reported, both noted inside the supervisor itself; whom the
%% supervisor asked to exit, by tracing its calls of exit/2; how each process ended, by a monitor. Every note carries
%% a strictly monotonic integer of the whole VM, so the notes of one scenario have one order.
%%
%% That order is the same in every run because a scenario has no two things that happen at once: a step addresses
%% one supervisor and what follows is a chain of cause and effect. Where processes of ours are free to race
%% (the subtree of a supervisor that was killed, children that are stopped all at once), what they do is left out, or
%% put into order by whoever compares.
-module(oracle).
-mode(compile).
-behaviour(supervisor).
-export([main/1, init/1, start/1, log/2]).

-define(SCENARIOS_AT_ONCE, 200).
-define(PATIENCE, 60000).  % ms until the next of them has ended
-define(PERIOD, 1000000).  % seconds: no restart is ever forgotten

%% What one line of a scenario defines. `id` is that of its child spec; a `spare` is not there at boot.
-record(def, {name, id, type, under, strategy = one_for_one, intensity = 0, auto_shutdown = never, restart = permanent,
              shutdown = infinity, significant = false, stops = shutdown, starts = {}, spare = false}).
%% What every process of one scenario knows. `lives` counts the starts of an id, `starts` those of a definition.
-record(world, {collector, defs, order, lives, starts, places}).

main(_) ->
    io:setopts([binary, {encoding, latin1}]),
    silence_all_but_our_handler(),
    names = ets:new(names, [named_table, public, {write_concurrency, true}, {read_concurrency, true}]),
    1 = erlang:trace_pattern({erlang, exit, 2}, true, []),
    answer(binary:split(read_all([]), <<"\nend\n">>, [global, trim_all]), 0, #{}, 0).

read_all(Parts) ->
    case file:read(standard_io, 1 bsl 20) of
        {ok, Part} -> read_all([Part | Parts]);
        eof -> iolist_to_binary(lists:reverse(Parts))
    end.

%% Starts as many scenarios as may run, and writes what is finished as soon as everything before it is written.
answer([], Next, _Done, Next) -> ok;
answer([Text | Others], Started, Done, Written) when Started - Written - map_size(Done) < ?SCENARIOS_AT_ONCE ->
    Main = self(),
    spawn_monitor(fun() -> Main ! {trace, Started, play(Text)} end),
    answer(Others, Started + 1, Done, Written);
answer(Waiting, Started, Done, Written) ->
    receive
        {trace, Number, Trace} -> write(Waiting, Started, Done#{Number => Trace}, Written);
        {'DOWN', _, process, _, normal} -> answer(Waiting, Started, Done, Written);
        {'DOWN', _, process, _, Reason} ->
            give_up("a scenario failed: ~p", [Reason])
    after ?PATIENCE ->
        give_up("a scenario does not come to its end", [])
    end.

give_up(Format, Arguments) ->
    io:format(standard_error, "oracle.escript: " ++ Format ++ "~n", Arguments),
    halt(1).

write(Waiting, Started, Done, Written) ->
    case maps:take(Written, Done) of
        error -> answer(Waiting, Started, Done, Written);
        {Trace, Left} ->
            ok = file:write(standard_io, Trace),
            write(Waiting, Started, Left, Written + 1)
    end.

%% ---- reading a scenario

read(Text) ->
    [Title | Lines] = binary:split(Text, <<"\n">>, [global, trim_all]),
    {StepLines, DefLines} = lists:partition(fun(<<"step ", _/binary>>) -> true; (_) -> false end, Lines),
    {Title, [read_def(Line) || Line <- DefLines], [read_step(Line) || Line <- StepLines]}.

read_def(Line) ->
    [Type, Name | Facts] = binary:split(Line, <<" ">>, [global, trim_all]),
    lists:foldl(fun read_fact/2, #def{name = Name, id = Name, type = binary_to_atom(Type)}, Facts).

read_fact(<<"spare">>, Def) -> Def#def{spare = true};
read_fact(<<"significant">>, Def) -> Def#def{significant = true};
read_fact(Fact, Def) ->
    [Key, Value] = binary:split(Fact, <<"=">>),
    case Key of
        <<"under">> -> Def#def{under = Value};
        <<"id">> -> Def#def{id = Value};
        <<"strategy">> -> Def#def{strategy = binary_to_atom(Value)};
        <<"intensity">> -> Def#def{intensity = binary_to_integer(Value)};
        <<"auto_shutdown">> -> Def#def{auto_shutdown = binary_to_atom(Value)};
        <<"restart">> -> Def#def{restart = binary_to_atom(Value)};
        <<"shutdown">> -> Def#def{shutdown = read_shutdown(Value)};
        <<"stops">> -> Def#def{stops = read_reason(Value)};
        <<"starts">> ->
            Def#def{starts = list_to_tuple([binary_to_atom(How) || How <- binary:split(Value, <<",">>, [global])])}
    end.

read_shutdown(<<"brutal_kill">>) -> brutal_kill;
read_shutdown(<<"infinity">>) -> infinity;
read_shutdown(Milliseconds) -> binary_to_integer(Milliseconds).

read_reason(<<"{shutdown,x}">>) -> {shutdown, x};
read_reason(Word) -> binary_to_atom(Word).

read_step(<<"step ", Line/binary>>) ->
    [Supervisor, Events] = binary:split(Line, <<": ">>),
    {Supervisor, [binary:split(Event, <<" ">>, [global]) || Event <- binary:split(Events, <<"; ">>, [global])]}.

%% ---- the tree: what runs inside the supervisors

init({World, Name, Child, Parent}) ->
    put(world, World),
    register_as(Child, Parent),
    erlang:trace(self(), true, [call, strict_monotonic_timestamp, {tracer, World#world.collector}]),
    #def{strategy = Strategy, intensity = Intensity, auto_shutdown = Auto} = def(Name),
    {ok, {#{strategy => Strategy, intensity => Intensity, period => ?PERIOD, auto_shutdown => Auto},
          [child_spec(Other) || Other <- World#world.order, (def(Other))#def.under =:= Name,
                                not (def(Other))#def.spare]}}.

def(Name) -> def(get(world), Name).
def(World, Name) -> maps:get(Name, World#world.defs).

child_spec(Name) -> child_spec(get(world), Name).
child_spec(World, Name) ->
    #def{id = Id, type = Type, restart = Restart, shutdown = Shutdown, significant = Significant} = def(World, Name),
    #{id => Id, start => {?MODULE, start, [Name]}, restart => Restart, shutdown => Shutdown, type => Type,
      significant => Significant}.

start(Name) ->
    World = get(world),
    Def = def(Name),
    Child = {Def#def.id, atomics:add_get(World#world.lives, maps:get(Def#def.id, World#world.places), 1)},
    Turn = atomics:add_get(World#world.starts, maps:get(Name, World#world.places), 1),
    note({starts, Child}),
    Result = start(Def, outcome(Def#def.starts, Turn), Child),
    note({started, Child, Result}),
    Result.

outcome(Starts, Turn) when Turn =< tuple_size(Starts) -> element(Turn, Starts);
outcome(_Starts, _Turn) -> ok.

start(#def{type = supervisor, name = Name}, _, Child) ->
    supervisor:start_link(?MODULE, {get(world), Name, Child, self()});
start(_, ignore, _) -> ignore;
start(_, error, _) -> {error, error};
start(#def{stops = Stops}, ok, Child) ->
    {World, Parent} = {get(world), self()},
    Pid = spawn_link(fun() ->
        process_flag(trap_exit, Stops =/= shutdown),
        put(world, World),
        register_as(Child, Parent),
        Parent ! {ready, self()},
        worker(Parent, Stops)
    end),
    receive {ready, Pid} -> {ok, Pid} end.

worker(Parent, Stops) ->
    receive
        {exit, Reason} -> exit(Reason);
        {'EXIT', Parent, killed} -> exit(killed);  % nobody outlives a supervisor that was killed
        {'EXIT', Parent, _} when Stops =/= deaf -> exit(Stops);
        {'EXIT', _, _} -> worker(Parent, Stops)
    end.

%% The name of this process, for whoever finds its pid; and its monitor, before it can end.
register_as(Child, Parent) ->
    ets:insert(names, {self(), Child}),
    Collector = (get(world))#world.collector,
    Collector ! {watch, self(), Parent},
    receive {watched, Collector} -> ok end.

note(What) -> note(get(world), self(), What).
note(World, Pid, What) ->
    World#world.collector ! {note, erlang:unique_integer([monotonic]), Pid, What}.

silence_all_but_our_handler() ->
    logger:set_primary_config(level, error),
    [logger:remove_handler(Handler) || Handler <- logger:get_handler_ids()],
    ok = logger:add_handler(oracle, ?MODULE, #{}).

%% A handler of logger is called in the process that logs: here, in the supervisor.
log(#{msg := {report, #{label := {supervisor, Kind}, report := Report}}}, _) ->
    [Reason, Offender] = [proplists:get_value(Key, Report) || Key <- [reason, offender]],
    Id = proplists:get_value(id, Offender),
    Pid = proplists:get_value(pid, Offender),
    [note({report, Kind, Id, Pid, Reason}) || _ <- lists:seq(1, proplists:get_value(nb_children, Offender, 1))],
    ok;
log(_, _) -> ok.

%% ---- the driver

play(Text) ->
    process_flag(trap_exit, true),
    {Title, Defs, Steps} = read(Text),
    World = new_world(Defs),
    note(World, self(), {step, <<"boot">>}),
    [#def{name = Name, id = Id} | _] = Defs,
    Started = supervisor:start_link(?MODULE, {World, Name, {Id, 1}, self()}),
    note(World, self(), {started, {Id, 1}, Started}),
    Top = case Started of {ok, Pid} -> Pid; {error, _} -> none end,
    play(lists:zip(lists:seq(1, length(Steps)), Steps), World, Top, settle(World, Top, [])),
    Trace = finish(World),
    [Title, $\n, Trace, <<"end\n">>].

new_world(Defs) ->
    Names = lists:usort([Name || #def{name = Name} <- Defs] ++ [Id || #def{id = Id} <- Defs]),
    Count = length(Names),
    Driver = self(),
    #world{collector = spawn_link(fun() -> collector(Driver) end),
           defs = maps:from_list([{Def#def.name, Def} || Def <- Defs]), order = [Name || #def{name = Name} <- Defs],
           lives = atomics:new(Count, []), starts = atomics:new(Count, []),
           places = maps:from_list(lists:zip(Names, lists:seq(1, Count)))}.

play([], _World, _Top, _Tree) -> ok;
play([{Number, {Name, Events}} | Steps], World, Top, Tree) ->
    note(World, self(), {step, integer_to_binary(Number)}),
    Replies = case find_supervisor(Name, Tree) of
        none -> [noproc];
        {Pid, Children} -> happen(World, Pid, Children, Events)
    end,
    play(Steps, World, Top, settle(World, Top, Replies)).

%% A supervisor is named by its id, which means the latest life, or by id and life.
find_supervisor(Name, Tree) ->
    {Id, Life} = read_name(Name),
    Found = [{L, Pid, Children} || {Pid, Children} <- Tree, {I, L} <- [name_of(Pid)], I =:= Id,
                                   Life =:= latest orelse Life =:= L],
    case lists:max([{0, none, none} | Found]) of
        {0, none, none} -> none;
        {_, Pid, Children} -> {Pid, Children}
    end.

read_name(Name) ->
    case binary:split(Name, <<"#">>) of
        [Id, Life] -> {Id, binary_to_integer(Life)};
        [Id] -> {Id, latest}
    end.

name_of(Pid) ->
    case ets:lookup(names, Pid) of
        [{_, Child}] -> Child;
        [] -> stranger
    end.

%% All of one step is in the supervisor's mailbox, in its order, before the supervisor looks at the first of it.
happen(World, Pid, Children, Events) ->
    erlang:suspend_process(Pid),
    {Requests, _} = lists:mapfoldl(fun(Event, Queued) ->
        Made = make_happen(World, Pid, Children, Event),
        Now = case Made of nothing -> Queued; _ -> Queued + 1 end,
        await_queue(Pid, Now),
        {{Event, Made}, Now}
    end, 0, Events),
    erlang:resume_process(Pid),
    [{reply, Pid, Event, response(Request)} || {Event, {request, Request}} <- Requests].

await_queue(Pid, Length) ->
    case process_info(Pid, message_queue_len) of
        {message_queue_len, Now} when Now >= Length -> ok;
        _ -> erlang:yield(), await_queue(Pid, Length)
    end.

make_happen(World, _Pid, Children, [<<"exit">>, Name, Reason]) ->
    case [Child || {_, Child, _, _} <- [find_child(Name, Children)], is_pid(Child), is_process_alive(Child)] of
        [] -> nothing;
        [Child] ->
            Monitor = monitor(process, Child),
            case Reason of
                <<"killed">> ->
                    note(World, self(), {kills, Child}),
                    exit(Child, kill);
                _ -> Child ! {exit, read_reason(Reason)}
            end,
            receive {'DOWN', Monitor, process, Child, _} -> exited end
    end;
make_happen(_World, Pid, _Children, [<<"stop">>]) ->
    exit(Pid, shutdown),
    stopped;
make_happen(World, Pid, Children, [Function | Arguments]) ->
    case call(binary_to_atom(Function), Arguments, World, Children) of
        none -> nothing;
        Call -> {request, gen_server:send_request(Pid, Call)}
    end.

find_child(Name, Children) ->
    Matches = case read_name(Name) of
        {Id, latest} -> [Child || {I, _, _, _} = Child <- Children, I =:= Id];
        Wanted -> [Child || {_, Pid, _, _} = Child <- Children, is_pid(Pid), name_of(Pid) =:= Wanted]
    end,
    case Matches of
        [] -> none;
        [Child] -> Child
    end.

%% What the functions of supervisor(3) send. A child of simple_one_for_one is named by its pid.
call(which_children, [], _, _) -> which_children;
call(count_children, [], _, _) -> count_children;
call(start_child, [], _, _) -> {start_child, []};
call(start_child, [Name], World, _) -> {start_child, child_spec(World, Name)};
call(Function, [<<"stranger">>], _, _) -> {Function, self()};
call(Function, [Name], World, _) ->
    case read_name(Name) of
        {Id, latest} -> {Function, Id};
        Child ->
            case find_process(World, Child) of
                {Pid, Parent} ->
                    is_left_behind(World, Parent) andalso await_death(Pid),
                    {Function, Pid};
                none -> none
            end
    end.

find_process(World, Child) ->
    case ets:lookup(names, {World#world.collector, Child}) of
        [{_, Pid, Parent}] -> {Pid, Parent};
        [] -> none
    end.

%% What was below a supervisor that is dead by now is on its way out.
is_left_behind(_World, Parent) when Parent =:= self() -> false;
is_left_behind(World, Parent) ->
    {Parent, Above} = find_process(World, name_of(Parent)),
    not is_process_alive(Parent) orelse is_left_behind(World, Above).

await_death(Pid) ->
    Monitor = monitor(process, Pid),
    receive {'DOWN', Monitor, process, Pid, _} -> ok end.

response(Request) ->
    case gen_server:receive_response(Request, infinity) of
        {reply, Reply} -> Reply;
        {error, _} -> down
    end.

%% Waits until the tree stands still: every supervisor has answered that nothing is to be restarted and that its children
%% are alive, from the top down. Until one of those children ends, nothing will happen.
settle(World, Top, Replies) ->
    case walk(Top) of
        unsettled ->
            erlang:yield(),
            settle(World, Top, Replies);
        Tree ->
            [note(World, self(), Reply) || Reply <- Replies],
            Counted = [{Pid, Children, supervisor:count_children(Pid)} || {Pid, Children} <- Tree],
            note(World, self(), {tree, Counted}),
            Tree
    end.

walk(none) -> [];
walk(Top) ->
    case is_process_alive(Top) of
        true -> try lists:reverse(walk(Top, [])) catch unsettled -> unsettled end;
        false -> []
    end.

walk(Supervisor, Seen) ->
    Children = try supervisor:which_children(Supervisor) catch exit:_ -> throw(unsettled) end,
    lists:foldl(fun(Child, SeenNow) -> walk_child(Child, SeenNow) end, [{Supervisor, Children} | Seen], Children).

walk_child({_, undefined, _, _}, Seen) -> Seen;
walk_child({_, restarting, _, _}, _) -> throw(unsettled);
walk_child({_, Pid, Type, _}, Seen) ->
    case {is_process_alive(Pid), Type} of
        {false, _} -> throw(unsettled);
        {true, supervisor} -> walk(Pid, Seen);
        {true, worker} -> Seen
    end.

finish(World) ->
    Tracing = erlang:trace_delivered(all),
    receive {trace_delivered, all, Tracing} -> ok end,
    World#world.collector ! {finish, World},
    receive {finished, Trace} -> Trace end.

%% ---- the collector

collector(Driver) -> collector(Driver, [], #{}, []).

collector(Driver, Notes, Deaths, Watched) ->
    receive
        {note, When, Pid, What} -> collector(Driver, [{When, Pid, What} | Notes], Deaths, Watched);
        {trace_ts, Pid, call, {erlang, exit, [Other, Reason]}, {_, When}} ->
            collector(Driver, [{When, Pid, {asks, Other, Reason}} | Notes], Deaths, Watched);
        {watch, Pid, Parent} ->
            monitor(process, Pid),
            [{_, Child}] = ets:lookup(names, Pid),
            ets:insert(names, {{self(), Child}, Pid, Parent}),
            Pid ! {watched, self()},
            collector(Driver, Notes, Deaths, [{Pid, Parent} | Watched]);
        {'DOWN', _, process, Pid, Reason} -> collector(Driver, Notes, Deaths#{Pid => Reason}, Watched);
        {finish, World} ->
            kill_all(lists:reverse(Watched)),
            Driver ! {finished, render(World, lists:sort(Notes), Deaths, maps:from_list(Watched))},
            forget(Watched)
    end.

%% Parents first, so that none of them restarts anything.
kill_all(Watched) -> [exit(Pid, kill) || {Pid, _} <- Watched].

forget(Watched) ->
    [begin ets:delete(names, {self(), name_of(Pid)}), ets:delete(names, Pid) end || {Pid, _} <- Watched].

%% ---- the trace

%% What is needed to read a note: who asked whom to exit and how, who was killed when, who is whose parent.
-record(book, {world, asks, kills, deaths, parents}).

render(World, Notes, Deaths, Parents) ->
    Asks = lists:foldl(fun({_, _, {asks, Pid, How}}, Map) -> Map#{Pid => maps:get(Pid, Map, []) ++ [How]};
                          (_, Map) -> Map end, #{}, Notes),
    Kills = maps:from_list([{Pid, When} || {When, _, {asks, Pid, kill}} <- Notes] ++
                           [{Pid, When} || {When, _, {kills, Pid}} <- Notes]),
    Book = #book{world = World, asks = Asks, kills = Kills, deaths = Deaths, parents = Parents},
    render_notes([Note || Note <- Notes, not is_orphans(Note, Book)], [], Book, #{}).

%% What a supervisor does after one above it was killed, and it should not have outlived that one.
is_orphans({When, Pid, _}, Book) -> is_orphan(Pid, When, Book).

is_orphan(Pid, When, #book{parents = Parents, kills = Kills} = Book) ->
    case maps:get(Pid, Parents, none) of
        none -> false;
        Parent -> maps:get(Parent, Kills, When) < When orelse is_orphan(Parent, When, Book)
    end.

render_notes([], _Tree, _Book, _Asked) -> [];
render_notes([{When, _, {tree, Tree}} | Notes], Former, Book, Asked) ->
    Pids = [Pid || {Pid, _, _} <- Tree],
    Ended = [Pid || Pid <- Former, not lists:member(Pid, Pids), not is_map_key(Pid, Asked),
                    not is_orphan(Pid, When, Book)],
    [[["ended ", word(Pid), ": ", word(death(Pid, Book)), $\n] || Pid <- Ended],
     [[word(Pid), " children ", word(children(Pid, Children, Book)), $\n,
       word(Pid), " counts ", word(Counts), $\n] || {Pid, Children, Counts} <- Tree] |
     render_notes(Notes, Pids, Book, Asked)];
render_notes([{_, _, {asks, Pid, _}} | Notes], Tree, Book, Asked) when is_map_key(Pid, Asked) ->
    render_notes(Notes, Tree, Book, Asked);
render_notes([{_, Supervisor, {asks, Pid, _}} | Notes], Tree, Book, Asked) ->
    How = lists:join(", ", [word(Reason) || Reason <- maps:get(Pid, Book#book.asks)]),
    [[word(Supervisor), " stops ", word(Pid), " by ", How, ": ", word(death(Pid, Book)), $\n] |
     render_notes(Notes, Tree, Book, Asked#{Pid => true})];
render_notes([{_, Pid, What} | Notes], Tree, Book, Asked) ->
    [render_note(Pid, What, Book) | render_notes(Notes, Tree, Book, Asked)].

render_note(_, {step, Name}, _) -> ["step ", Name, $\n];
render_note(_, noproc, _) -> "noproc\n";
render_note(_, {kills, _}, _) -> [];
render_note(_, {reply, Supervisor, [Function | _] = Event, Reply}, Book) ->
    ["reply ", lists:join(" ", Event), ": ", word(reply(Function, Reply, Supervisor, Book)), $\n];
render_note(Pid, {starts, {Id, _} = Child}, #book{world = World}) ->
    case [supervisor || {_, #def{id = I, type = supervisor}} <- maps:to_list(World#world.defs), I =:= Id] of
        [] -> [];
        _ -> [word(Pid), " begins to start ", word(Child), $\n]
    end;
render_note(Pid, {started, Child, Result}, _) ->
    How = case Result of {ok, _} -> ok; ignore -> ignore; {error, Reason} -> Reason end,
    [word(Pid), " starts ", word(Child), ": ", word(How), $\n];
render_note(Pid, {report, Kind, Id, Child, Reason}, _) ->
    Which = case lists:member(Kind, [child_terminated, shutdown_error]) and is_pid(Child) of
        true -> Child;
        false -> Id
    end,
    [word(Pid), " reports ", word(Kind), " ", word(Which), " ", word(Reason), $\n].

death(Pid, #book{deaths = Deaths}) when is_map_key(Pid, Deaths) -> map_get(Pid, Deaths);
death(Pid, _) -> receive {'DOWN', _, process, Pid, Reason} -> Reason end.

%% The order of a simple_one_for_one's children means nothing.
children(Supervisor, Children, #book{world = World}) ->
    {Id, _} = name_of(Supervisor),
    [#def{strategy = Strategy}] = [Def || {_, #def{id = I} = Def} <- maps:to_list(World#world.defs), I =:= Id],
    case Strategy of
        simple_one_for_one -> lists:sort([name_or_word(Pid) || {undefined, Pid, _, _} <- Children]);
        _ -> [{Name, name_or_word(Pid)} || {Name, Pid, _, _} <- Children]
    end.

name_or_word(Pid) when is_pid(Pid) -> name_of(Pid);
name_or_word(Word) -> Word.

%% start_child's error has the child record with it.
reply(<<"start_child">>, {error, {Reason, Child}}, _, _) when element(1, Child) =:= child -> {error, Reason};
reply(<<"get_childspec">>, {ok, Spec}, _, _) ->
    {ok, list_to_tuple([maps:get(Key, Spec) || Key <- [id, restart, shutdown, significant, type]])};
reply(<<"which_children">>, Children, Supervisor, Book) when is_list(Children) -> children(Supervisor, Children, Book);
reply(_, Reply, _, _) -> Reply.

word(stranger) -> "driver";
word(Pid) when is_pid(Pid) -> word(name_of(Pid));
word({Id, Life}) when is_binary(Id), is_integer(Life) -> [Id, $#, integer_to_list(Life)];
word(Tuple) when is_tuple(Tuple) -> ["{", lists:join(",", [word(Part) || Part <- tuple_to_list(Tuple)]), "}"];
word(List) when is_list(List) -> ["[", lists:join(",", [word(Part) || Part <- List]), "]"];
word(Atom) when is_atom(Atom) -> atom_to_list(Atom);
word(Number) when is_integer(Number) -> integer_to_list(Number);
word(Text) when is_binary(Text) -> Text.
