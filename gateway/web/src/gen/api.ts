// Generated from gateway/openapi/openapi.json by npm run types. Do not edit.

export interface paths {
    "/api/v1/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * GetSiteActivity answers how much was exchanged with all repositories, in buckets of equal length. Error:
         *     INVALID_ARGUMENT for a range of more than 500 buckets.
         */
        get: operations["ActivityService_GetSiteActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListConflicts answers conflicts, newest first, without their versions. */
        get: operations["ConflictService_ListConflicts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conflicts:batchDecide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * BatchDecideConflicts decides several conflicts alike, all or none. Errors as for DecideConflict, with
         *     the id in the metadata.
         */
        post: operations["ConflictService_BatchDecideConflicts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conflicts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetConflict answers one conflict with both versions and their differences. Error: NOT_FOUND. */
        get: operations["ConflictService_GetConflict"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conflicts/{id}:decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * DecideConflict makes one version the valid one. If it is not the present one, this makes a local edit,
         *     which travels with the next exchange. Single fields may be taken from the other side. Errors: NOT_FOUND,
         *     FAILED_PRECONDITION for a decided or superseded conflict, or for field_sides when one version is a deletion,
         *     INVALID_ARGUMENT for a field that neither version has.
         */
        post: operations["ConflictService_DecideConflict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conflicts/{id}:undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * UndoConflict takes a decision back as long as the record has not changed since: what the policy had chosen
         *     becomes a new local edit. Errors: NOT_FOUND, FAILED_PRECONDITION.
         */
        post: operations["ConflictService_UndoConflict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListJobs answers jobs, by repository and start time unless asked otherwise. Error: INVALID_ARGUMENT for an
         *     unknown order.
         */
        get: operations["JobService_ListJobs2"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logEntries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListLogEntries answers entries, newest first. */
        get: operations["LogService_ListLogEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logEntries:export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ExportLogEntries answers all matching entries, newest first, as the bytes of a file. */
        get: operations["LogService_ExportLogEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logEntries:purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** PurgeLogEntries removes entries for good. Error: INVALID_ARGUMENT without a time. */
        post: operations["LogService_PurgeLogEntries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logEntries:watch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * WatchLogEntries sends matching entries as they come, oldest first, and a message without entries as a
         *     heartbeat every 10 seconds. The stream ends after 5 minutes; go on with the last entry's id.
         */
        get: operations["LogService_WatchLogEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logEntries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetLogEntry answers one entry with the ids of its neighbours in a list with the same filters. Error: NOT_FOUND. */
        get: operations["LogService_GetLogEntry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rejects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListRejects answers rejects, newest first, without their elements. */
        get: operations["RejectService_ListRejects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rejects/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetReject answers one reject with its element. Error: NOT_FOUND. */
        get: operations["RejectService_GetReject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rejects/{id}:dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * DismissReject closes a reject for good; the record is not tried again until it changes. Errors:
         *     NOT_FOUND, FAILED_PRECONDITION unless it is open.
         */
        post: operations["RejectService_DismissReject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rejects/{id}:retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * RetryReject tries at once: a received record is imported again, a sent one is marked to be sent with
         *     the next run. Errors: NOT_FOUND, FAILED_PRECONDITION unless it is open.
         */
        post: operations["RejectService_RetryReject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListRepositories answers repositories, by name unless asked otherwise. Error: INVALID_ARGUMENT for an unknown
         *     order.
         */
        get: operations["RepositoryService_ListRepositories"];
        put?: never;
        /**
         * CreateRepository stores a repository. With a URL its registration at the remote site becomes PENDING
         *     and is tried once in the background; the repository is stored whatever comes out. Errors:
         *     ALREADY_EXISTS for a name, URL or UUID in use, INVALID_ARGUMENT with field violations.
         */
        post: operations["RepositoryService_CreateRepository"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories:testConnection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * TestConnection tries one thing after the other without exchanging records and stores nothing. Failed
         *     steps are an answer, not an error. Without a URL only the proxy is tried, if one is given. Errors: NOT_FOUND,
         *     INVALID_ARGUMENT, FAILED_PRECONDITION if there is neither URL nor proxy.
         */
        post: operations["PeerService_TestConnection2"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories:watchTestConnection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * WatchTestConnection is TestConnection while it goes on: each message is the complete answer so far, the step
         *     under way included, and replaces those before. The last one is done. Errors as for TestConnection.
         */
        post: operations["PeerService_WatchTestConnection2"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetRepository answers one repository. Error: NOT_FOUND. */
        get: operations["RepositoryService_GetRepository"];
        put?: never;
        post?: never;
        /**
         * DeleteRepository removes a repository with its tasks. Its jobs stop; records stay. Errors: NOT_FOUND,
         *     ABORTED for a stale etag.
         */
        delete: operations["RepositoryService_DeleteRepository"];
        options?: never;
        head?: never;
        /**
         * UpdateRepository changes the fields named in the mask. A change of url, username, password, proxy_url
         *     or ca_certificates makes the registration PENDING again. Errors: NOT_FOUND, ABORTED for a stale etag,
         *     ALREADY_EXISTS, INVALID_ARGUMENT, FAILED_PRECONDITION for a new uuid after the first exchange.
         */
        patch: operations["RepositoryService_UpdateRepository"];
        trace?: never;
    };
    "/api/v1/repositories/{id}:pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * PauseRepository stops new runs from being started and incoming exchanges from being accepted until
         *     ResumeRepository. Pausing twice is no error. Error: NOT_FOUND.
         */
        post: operations["RepositoryService_PauseRepository"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{id}:resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** ResumeRepository ends a pause. Error: NOT_FOUND. */
        post: operations["RepositoryService_ResumeRepository"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{repositoryId}:register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * RegisterRepository registers this site at the remote site now, with exactly one request, and stores
         *     the outcome. A failure at the remote site is an answer, not an error. Errors: NOT_FOUND,
         *     FAILED_PRECONDITION for a repository without URL.
         */
        post: operations["PeerService_RegisterRepository"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{repositoryId}:synchronize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * StartRun queues a synchronization with a repository and answers at once. The same request_id answers
         *     the run of the first call. Errors: NOT_FOUND, FAILED_PRECONDITION for a repository that is paused, has
         *     no URL or no task to exchange, and with the reason RUN_ACTIVE and the metadata runId if another run
         *     is active.
         */
        post: operations["RunService_StartRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{repositoryId}:testConnection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * TestConnection tries one thing after the other without exchanging records and stores nothing. Failed
         *     steps are an answer, not an error. Without a URL only the proxy is tried, if one is given. Errors: NOT_FOUND,
         *     INVALID_ARGUMENT, FAILED_PRECONDITION if there is neither URL nor proxy.
         */
        post: operations["PeerService_TestConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{repositoryId}:watchTestConnection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * WatchTestConnection is TestConnection while it goes on: each message is the complete answer so far, the step
         *     under way included, and replaces those before. The last one is done. Errors as for TestConnection.
         */
        post: operations["PeerService_WatchTestConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{repositoryId}/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListJobs answers jobs, by repository and start time unless asked otherwise. Error: INVALID_ARGUMENT for an
         *     unknown order.
         */
        get: operations["JobService_ListJobs"];
        put?: never;
        /** CreateJob adds a job. Errors: NOT_FOUND for the repository, INVALID_ARGUMENT with field violations. */
        post: operations["JobService_CreateJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{repositoryId}/jobs:preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** PreviewJob answers the next slots of a job that need not be saved. Error: INVALID_ARGUMENT. */
        post: operations["JobService_PreviewJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{repositoryId}/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetJob answers one job. Error: NOT_FOUND. */
        get: operations["JobService_GetJob"];
        put?: never;
        post?: never;
        /** DeleteJob removes a job; a run under way goes on. Errors: NOT_FOUND, ABORTED. */
        delete: operations["JobService_DeleteJob"];
        options?: never;
        head?: never;
        /**
         * UpdateJob changes the fields named in the mask; a run under way goes on. Errors: NOT_FOUND, ABORTED
         *     for a stale etag, INVALID_ARGUMENT.
         */
        patch: operations["JobService_UpdateJob"];
        trace?: never;
    };
    "/api/v1/repositories/{repositoryId}/jobs/{id}:reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * ResetJob sets failed_runs and runs_completed to 0 and enables a job that was disabled after failures:
         *     "Job reactivated". Error: NOT_FOUND.
         */
        post: operations["JobService_ResetJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{repositoryId}/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListTasks answers the tasks of a repository by resource name. Error: NOT_FOUND for the repository. */
        get: operations["TaskService_ListTasks"];
        put?: never;
        /**
         * CreateTask adds a resource to a repository. Errors: NOT_FOUND for the repository, ALREADY_EXISTS
         *     ("This resource is already configured for this repository"), INVALID_ARGUMENT with field violations.
         */
        post: operations["TaskService_CreateTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{repositoryId}/tasks/{resourceName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetTask answers one task. Error: NOT_FOUND. */
        get: operations["TaskService_GetTask"];
        put?: never;
        post?: never;
        /** DeleteTask removes a resource from a repository; records stay. Errors: NOT_FOUND, ABORTED. */
        delete: operations["TaskService_DeleteTask"];
        options?: never;
        head?: never;
        /**
         * UpdateTask changes the fields named in the mask. A change of filters clears last_push_time, so that
         *     everything selected is sent again. Errors: NOT_FOUND, ABORTED for a stale etag, INVALID_ARGUMENT.
         */
        patch: operations["TaskService_UpdateTask"];
        trace?: never;
    };
    "/api/v1/resources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListResources answers the resources of which this site has records or tasks, by name. */
        get: operations["RecordService_ListResources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/{resourceName}:changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListChanges answers what changed after a change number, oldest first. A reader that goes on with the
         *     answered last_change misses nothing and sees each record in its latest version.
         */
        get: operations["RecordService_ListChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/{resourceName}:watchChanges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * WatchChanges is ListChanges without end: it answers what there is and then waits for more. An answer
         *     without changes is a heartbeat. The stream ends after 5 minutes at the latest; go on with the last
         *     last_change.
         */
        get: operations["RecordService_WatchChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/{resourceName}/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListRecords answers the records of a resource, last changed first, without components and history. */
        get: operations["RecordService_ListRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resources/{resourceName}/records/{uid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetRecord answers one record with references, components and history. Error: NOT_FOUND. */
        get: operations["RecordService_GetRecord"];
        /**
         * PutRecord creates a record or replaces the fields and references of one; a deleted one comes back.
         *     Errors: INVALID_ARGUMENT, PERMISSION_DENIED for a resource that is kept out, ABORTED for a stale etag.
         */
        put: operations["RecordService_PutRecord"];
        post?: never;
        /**
         * DeleteRecord marks a record and its components as deleted; the deletion travels. Errors: NOT_FOUND,
         *     PERMISSION_DENIED for a resource that is kept out, ABORTED for a stale etag.
         */
        delete: operations["RecordService_DeleteRecord"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListRuns answers runs, newest first. */
        get: operations["RunService_ListRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetRun answers one run. Error: NOT_FOUND. */
        get: operations["RunService_GetRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}:stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * StopRun asks an active run to end at the next batch boundary; everything committed is kept. A run that
         *     has ended is answered as it is. Error: NOT_FOUND.
         */
        post: operations["RunService_StopRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}:watch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * WatchRun sends a snapshot at once, then at most two a second while the run changes, a heartbeat every
         *     10 seconds, and ends after the final snapshot or after 5 minutes. Error: NOT_FOUND.
         */
        get: operations["RunService_WatchRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{runId}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * ListRunItems answers what became of single records, newest first: skipped, conflicting, rejected and
         *     refused ones with their reasons. The run "-" means all runs; it needs resource_name and uid. Errors: NOT_FOUND,
         *     INVALID_ARGUMENT.
         */
        get: operations["RunService_ListRunItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetSession answers who is signed in, and prolongs the session. Error: UNAUTHENTICATED. */
        get: operations["SessionService_GetSession"];
        put?: never;
        /**
         * CreateSession signs in with username and password. Errors: UNAUTHENTICATED for an unknown or disabled
         *     user, a wrong password or a PEER account, without telling which; RESOURCE_EXHAUSTED with a retry delay
         *     that grows with failures of the user or the address.
         */
        post: operations["SessionService_CreateSession"];
        /** DeleteSession signs out. An unknown session is no error. */
        delete: operations["SessionService_DeleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session:acceptInvitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * AcceptInvitation sets the password of an account by the code of an invitation, ends the invitation and all
         *     sessions of the account, and signs in. Errors: PERMISSION_DENIED with the reason INVITATION_INVALID for a code
         *     that is wrong, expired or used, without telling which; RESOURCE_EXHAUSTED with a retry delay after repeated
         *     failures of the address; INVALID_ARGUMENT.
         */
        post: operations["SessionService_AcceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session:changePassword": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * ChangePassword sets the own password, ends all other sessions of the user and answers a new one.
         *     Errors: UNAUTHENTICATED, PERMISSION_DENIED for a wrong current password, INVALID_ARGUMENT.
         */
        post: operations["SessionService_ChangePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session:deleteAll": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** DeleteAllSessions signs a user out everywhere. */
        post: operations["SessionService_DeleteAllSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/user": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * UpdateOwnUser changes username or language of who is signed in. Errors: UNAUTHENTICATED, ALREADY_EXISTS for a
         *     username in use, INVALID_ARGUMENT, ABORTED for a stale etag.
         */
        patch: operations["SessionService_UpdateOwnUser"];
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListSessions answers the sessions of who is signed in, newest first. Error: UNAUTHENTICATED. */
        get: operations["SessionService_ListSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * RevokeSession ends a session of who is signed in. Errors: UNAUTHENTICATED, NOT_FOUND, also for a session of
         *     somebody else.
         */
        delete: operations["SessionService_RevokeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetSettings answers the settings of this site. */
        get: operations["SettingsService_GetSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * UpdateSettings changes the fields named in the mask. Errors: ABORTED when the etag is stale,
         *     INVALID_ARGUMENT with field violations.
         */
        patch: operations["SettingsService_UpdateSettings"];
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetSetup tells whether this site still waits for its first administrator. */
        get: operations["SessionService_GetSetup"];
        put?: never;
        /**
         * Setup makes the first administrator and signs in. It needs the one-time code that the site prints at
         *     its first start. Errors: NOT_FOUND once an administrator exists, whatever the code;
         *     PERMISSION_DENIED for a wrong code; INVALID_ARGUMENT.
         */
        post: operations["SessionService_Setup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/signInMethods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetSignInMethods tells how people can sign in here. What the settings of the gateway say is filled by the gateway. */
        get: operations["SessionService_GetSignInMethods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetStatus answers who this site is and whether its parts work. */
        get: operations["SettingsService_GetStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListTokens answers tokens, newest first, without their secrets. */
        get: operations["TokenService_ListTokens"];
        put?: never;
        /**
         * CreateToken makes a token. The answer is the only one that ever holds the secret. Errors:
         *     ALREADY_EXISTS for a name in use, INVALID_ARGUMENT with field violations.
         */
        post: operations["TokenService_CreateToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** DeleteToken revokes a token at once. Error: NOT_FOUND. */
        delete: operations["TokenService_DeleteToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListUsers answers users by name. */
        get: operations["UserService_ListUsers"];
        put?: never;
        /**
         * CreateUser adds a user. Without a password a person is invited: the account cannot be used before the code in
         *     the answer was accepted; a remote site gets a password that is generated. Both are answered this once only. Errors: ALREADY_EXISTS for a username in use, INVALID_ARGUMENT.
         */
        post: operations["UserService_CreateUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** GetUser answers one user. Error: NOT_FOUND. */
        get: operations["UserService_GetUser"];
        put?: never;
        post?: never;
        /**
         * DeleteUser removes a user, the sessions and the tokens. Errors: NOT_FOUND, ABORTED,
         *     FAILED_PRECONDITION if no enabled administrator would remain.
         */
        delete: operations["UserService_DeleteUser"];
        options?: never;
        head?: never;
        /**
         * UpdateUser changes the fields named in the mask. A new password, a new role or disabling ends all
         *     sessions of the user. Errors: NOT_FOUND, ABORTED, INVALID_ARGUMENT, FAILED_PRECONDITION if no enabled
         *     administrator would remain.
         */
        patch: operations["UserService_UpdateUser"];
        trace?: never;
    };
    "/api/v1/users/{id}:generatePassword": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * GeneratePassword gives an account of role PEER a new random password. The answer is the only one that ever
         *     holds it. Errors: NOT_FOUND, FAILED_PRECONDITION for another role, ALREADY_EXISTS for a repeated request.
         */
        post: operations["UserService_GeneratePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}:invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * InviteUser makes a new invitation, by which a person sets a password without knowing the present one; it ends
         *     the invitation before. The present password works until the invitation is accepted. Errors: NOT_FOUND,
         *     FAILED_PRECONDITION for a disabled account or one of role PEER, ALREADY_EXISTS for a repeated request.
         */
        post: operations["UserService_InviteUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description AcceptInvitationRequest sets a password by an invitation. */
        AcceptInvitationRequest: {
            /** @description Required. The code of the invitation. */
            code?: string;
            /** @description Required. The new password, as in User.password. */
            password?: string;
        };
        /** @description ActivityBucket is what the runs that began within a stretch of time have moved. */
        ActivityBucket: {
            /**
             * Format: int32
             * @description Output only. Those of them that ended as FAILED, NEEDS_YOU or TIMED_OUT.
             */
            readonly failedRuns?: number;
            /**
             * Format: int64
             * @description Output only. Records received that changed something here.
             */
            readonly pulled?: string;
            /**
             * Format: int64
             * @description Output only. Records that remote sites took.
             */
            readonly pushed?: string;
            /**
             * Format: int32
             * @description Output only. Runs that began, exchanges that remote sites asked for included.
             */
            readonly runs?: number;
            /**
             * Format: date-time
             * @description Output only. Begin of the bucket; it ends where the next one begins.
             */
            readonly startTime?: string | null;
        };
        /** @description Attachment is the file behind an upload field. */
        Attachment: {
            /** @description Output only. Whether the file has been fetched and can be downloaded. */
            readonly available?: boolean;
            /** @description Output only. Why it could not be fetched. */
            readonly message?: string;
            /** @description Output only. Path at this site's public synchronization endpoint; empty if not available. */
            readonly path?: string;
            /** @description Output only. SHA-256 of the content in hexadecimal digits. */
            readonly sha256?: string;
            /**
             * Format: int64
             * @description Output only. Size in bytes.
             */
            readonly sizeBytes?: string;
        };
        /** @description BatchDecideConflictsRequest decides several conflicts. */
        BatchDecideConflictsRequest: {
            /** @description Required. The ids; at most 500. */
            ids?: string[];
            /** @description Makes a repeated request harmless: the same id answers the first outcome. At most 64 characters. */
            requestId?: string;
            side?: components["schemas"]["ConflictSide"];
        };
        /** @description BatchDecideConflictsResponse holds the decided conflicts. */
        BatchDecideConflictsResponse: {
            /** @description The conflicts in the order of the ids. */
            conflicts?: components["schemas"]["Conflict"][];
        };
        /** @description ChangePasswordRequest changes the password of who is signed in. */
        ChangePasswordRequest: {
            /** @description Required. The present password. */
            currentPassword?: string;
            /** @description Required. The new password, as in User.password. */
            newPassword?: string;
        };
        /** @description Component is the state of one service of this site. */
        Component: {
            /** @description Output only. Why it is not ready; empty if it is. */
            readonly message?: string;
            /** @description Output only. Name of the service: config, scheduler, transfer or audit. */
            readonly name?: string;
            /** @description Output only. Whether it can work now. */
            readonly ready?: boolean;
        };
        /** @description ConditionCounts are numbers of repositories. */
        ConditionCounts: {
            /**
             * Format: int32
             * @description Output only. All.
             */
            readonly all?: number;
            /**
             * Format: int32
             * @description Output only. Those that ask for attention.
             */
            readonly attention?: number;
            /**
             * Format: int32
             * @description Output only. Those in condition NEVER_SYNCHRONIZED.
             */
            readonly neverSynchronized?: number;
            /**
             * Format: int32
             * @description Output only. Those in condition PAUSED.
             */
            readonly paused?: number;
        };
        /** @description Conflict is a record that both sides had changed. */
        Conflict: {
            base?: components["schemas"]["RecordVersion"];
            /**
             * Format: date-time
             * @description Output only. When it was found.
             */
            readonly createTime?: string | null;
            /** @description Output only. User who decided; empty: only the policy did. */
            readonly decidedBy?: string;
            /**
             * Format: date-time
             * @description Output only. When the user decided.
             */
            readonly decideTime?: string | null;
            /** @description Output only. All fields of both versions side by side, by name; only in GetConflict. */
            readonly differences?: components["schemas"]["FieldDifference"][];
            /** @description Output only. Names of the fields that differ. */
            readonly differingFields?: string[];
            /** @description Output only. Fields that the person took from another side than winner. */
            readonly fieldSides?: {
                [key: string]: components["schemas"]["ConflictSide"];
            };
            /** @description Output only. Identifier, a UUID. */
            readonly id?: string;
            /** @description Output only. Short text of the record for people. */
            readonly label?: string;
            local?: components["schemas"]["RecordVersion"];
            policy?: components["schemas"]["ConflictPolicy"];
            policySide?: components["schemas"]["ConflictSide"];
            /** @description Output only. Stable code of the policy's reason. */
            readonly reason?: string;
            remote?: components["schemas"]["RecordVersion"];
            /** @description Output only. Repository. */
            readonly repositoryId?: string;
            /** @description Output only. Name of the repository. */
            readonly repositoryName?: string;
            /** @description Output only. Resource. */
            readonly resourceName?: string;
            /** @description Output only. Run that found it; empty for an incoming push without run. */
            readonly runId?: string;
            state?: components["schemas"]["ConflictState"];
            /** @description Output only. Record. */
            readonly uid?: string;
            /** @description Output only. Whether UndoConflict would take the decision back now. */
            readonly undoable?: boolean;
            /**
             * Format: date-time
             * @description Output only. When a decision is forgotten with the history and cannot be undone any more; absent: never, or
             *     there is nothing to undo.
             */
            readonly undoExpireTime?: string | null;
            winner?: components["schemas"]["ConflictSide"];
        };
        /**
         * @description ConflictPolicy is the policy that decided.
         *
         *      - UNSPECIFIED: Never answered.
         *      - THIS: Keep this site's version.
         *      - OTHER: Take the remote site's version.
         *      - NEWER: The version with the younger modification time.
         *      - MASTER: Only the site where the record was created may change it elsewhere.
         * @default UNSPECIFIED
         * @enum {string}
         */
        ConflictPolicy: "UNSPECIFIED" | "THIS" | "OTHER" | "NEWER" | "MASTER";
        /**
         * @description ConflictSide is one of the two sides.
         *
         *      - UNSPECIFIED: Refused with INVALID_ARGUMENT where a side is needed.
         *      - LOCAL: This site.
         *      - REMOTE: The remote site.
         * @default UNSPECIFIED
         * @enum {string}
         */
        ConflictSide: "UNSPECIFIED" | "LOCAL" | "REMOTE";
        /**
         * @description ConflictState tells whether a person has dealt with a conflict.
         *
         *      - UNSPECIFIED: No filter; never answered.
         *      - OPEN: The policy decided; nobody has looked at it yet.
         *      - DECIDED: A person decided.
         *      - SUPERSEDED: The record has changed again since; there is nothing left to decide.
         * @default UNSPECIFIED
         * @enum {string}
         */
        ConflictState: "UNSPECIFIED" | "OPEN" | "DECIDED" | "SUPERSEDED";
        /** @description Connection holds values of a form that has not been saved yet. */
        Connection: {
            /** @description Certificates in PEM that sign the remote site's certificate. */
            caCertificates?: string;
            /**
             * @description Input only. Password at the remote site. If empty, the stored one is used, but only if url and
             *     username are the stored ones.
             */
            password?: string;
            /** @description Proxy; empty: the one of the settings. */
            proxyUrl?: string;
            /** @description URL of the remote site; empty: only the proxy is tried. */
            url?: string;
            /** @description User at the remote site. */
            username?: string;
            /** @description Expected identifier of the remote site; empty: any. */
            uuid?: string;
        };
        /**
         * @description Counts of records. When pulling, received = created + updated + deleted + unchanged + skipped + conflict
         *     + rejected. When pushing, sent = accepted + rejected.
         */
        Counts: {
            /**
             * Format: int64
             * @description Records that the remote site confirmed.
             */
            accepted?: string;
            /**
             * Format: int64
             * @description Records that both sides had changed.
             */
            conflict?: string;
            /**
             * Format: int64
             * @description Records created here.
             */
            created?: string;
            /**
             * Format: int64
             * @description Records deleted or merged here.
             */
            deleted?: string;
            /**
             * Format: int64
             * @description Records received.
             */
            received?: string;
            /**
             * Format: int64
             * @description Records that could not be applied, here or there.
             */
            rejected?: string;
            /**
             * Format: int64
             * @description Records sent.
             */
            sent?: string;
            /**
             * Format: int64
             * @description Records that strategy or update policy left out.
             */
            skipped?: string;
            /**
             * Format: int64
             * @description Records with nothing to do.
             */
            unchanged?: string;
            /**
             * Format: int64
             * @description Records changed here.
             */
            updated?: string;
        };
        /** @description CreateSessionRequest signs in. */
        CreateSessionRequest: {
            /** @description Required. Password. */
            password?: string;
            /** @description Required. Username. */
            username?: string;
        };
        /** @description CreateSessionResponse is a new session. */
        CreateSessionResponse: {
            session?: components["schemas"]["Session"];
            /**
             * @description Output only. Secret of the session, 256 random bits in base64url; over REST it travels only as a
             *     cookie and this field is empty.
             */
            readonly token?: string;
        };
        /** @description DecideConflictRequest decides a conflict. */
        DecideConflictBody: {
            /** @description Sides of single fields and references by their names; what is not named follows side. */
            fieldSides?: {
                [key: string]: components["schemas"]["ConflictSide"];
            };
            /** @description Makes a repeated request harmless: the same id answers the first outcome. At most 64 characters. */
            requestId?: string;
            side?: components["schemas"]["ConflictSide"];
        };
        /** @description DeleteAllSessionsRequest names a user to sign out. */
        DeleteAllSessionsRequest: Record<string, never>;
        /**
         * @description Direction in which records travel.
         *
         *      - UNSPECIFIED: No filter; never answered.
         *      - PULL: From the remote site to this site.
         *      - PUSH: From this site to the remote site.
         * @default UNSPECIFIED
         * @enum {string}
         */
        Direction: "UNSPECIFIED" | "PULL" | "PUSH";
        /** @description DismissRejectRequest names a reject to close. */
        DismissRejectBody: {
            /** @description Makes a repeated request harmless: the same id answers the first outcome. At most 64 characters. */
            requestId?: string;
        };
        /** @description google.rpc.Status. */
        Error: {
            /**
             * Format: int32
             * @description gRPC code.
             */
            code?: number;
            /** @description ErrorInfo with reason and metadata, BadRequest with fieldViolations, RetryInfo with retryDelay. */
            details?: ({
                /** @description Kind of detail. */
                "@type"?: string;
            } & {
                [key: string]: unknown;
            })[];
            /** @description Cause, effect and fix for people. */
            message?: string;
        };
        /**
         * @description ExportFormat is the form of an export.
         *
         *      - UNSPECIFIED: Taken as CSV.
         *      - CSV: Comma-separated values in UTF-8 with a header line.
         *      - NDJSON: One JSON object a line.
         * @default UNSPECIFIED
         * @enum {string}
         */
        ExportFormat: "UNSPECIFIED" | "CSV" | "NDJSON";
        /** @description ExportLogEntriesResponse is a piece of the file. */
        ExportLogEntriesResponse: {
            /**
             * Format: byte
             * @description Next bytes of the file; at most 1 MiB.
             */
            chunk?: string;
        };
        /** @description FieldDifference compares one field or reference of the two versions. */
        FieldDifference: {
            /**
             * @description Output only. Value in the last version that both sides had, as text; absent: not set, or Conflict.base is not
             *     known.
             */
            readonly baseValue?: string;
            /** @description Output only. Whether the values differ. */
            readonly differs?: boolean;
            kind?: components["schemas"]["FieldKind"];
            /** @description Output only. Value at this site as text; absent: not set. */
            readonly localValue?: string;
            /** @description Output only. Name of the column. */
            readonly name?: string;
            /** @description Output only. For a reference: resource referred to, the values being uids; empty: a field. */
            readonly referenceResourceName?: string;
            /** @description Output only. Value at the remote site as text; absent: not set. */
            readonly remoteValue?: string;
        };
        /**
         * @description FieldKind tells how the text of a value is to be read.
         *
         *      - UNSPECIFIED: Taken as TEXT.
         *      - TEXT: Text; also dates (YYYY-MM-DD) and times (YYYY-MM-DDTHH:MM:SS, UTC).
         *      - NUMBER: Number in decimal notation.
         *      - BOOLEAN: true or false.
         *      - JSON: JSON document: a list or an object.
         *      - FILE: File behind an upload field; the value is its name.
         *      - NULL: Empty on purpose; the value is empty.
         * @default UNSPECIFIED
         * @enum {string}
         */
        FieldKind: "UNSPECIFIED" | "TEXT" | "NUMBER" | "BOOLEAN" | "JSON" | "FILE" | "NULL";
        /** @description Filter narrows what is exchanged. */
        Filter: {
            /** @description Required. Condition in the form of a URL query, such as ~.name__like=A*&~.code__belongs=1,2. */
            filterString?: string;
            /** @description Required. Table that the filter applies to: the resource itself or another exported table. */
            tablename?: string;
        };
        /** @description GeneratePasswordRequest names a user that gets a new password. */
        GeneratePasswordBody: {
            /**
             * @description Recognises a repeated request: since the password is shown only once, a repetition is refused with
             *     ALREADY_EXISTS instead of making a second one. At most 64 characters.
             */
            requestId?: string;
        };
        /** @description GetSetupResponse tells whether setup is needed. */
        GetSetupResponse: {
            /** @description Output only. Whether no administrator exists yet. */
            readonly required?: boolean;
        };
        /** @description Heartbeat shows that a stream lives. */
        Heartbeat: {
            /**
             * Format: date-time
             * @description Output only. This site's clock.
             */
            readonly time?: string | null;
        };
        /** @description Invitation lets a person set the password of an account once. */
        Invitation: {
            /** @description Output only. The secret to be given to the person; only a hash is stored. */
            readonly code?: string;
            /**
             * Format: date-time
             * @description Output only. Until when it can be accepted: 7 days after it was made.
             */
            readonly expireTime?: string | null;
        };
        /** @description InviteUserRequest names a user to invite. */
        InviteUserBody: {
            /**
             * @description Recognises a repeated request: since the code is shown only once, a repetition is refused with ALREADY_EXISTS
             *     instead of making a second invitation. At most 64 characters.
             */
            requestId?: string;
        };
        /** @description Job is a schedule of a repository. */
        Job: {
            /**
             * Format: date-time
             * @description Output only. Time of creation.
             */
            readonly createTime?: string | null;
            /** @description Whether it runs. Default true. */
            enabled?: boolean;
            /**
             * Format: date-time
             * @description No run starts after this time, UTC. Absent: no end. Must not lie before start_time.
             */
            endTime?: string | null;
            /**
             * @description Version of this resource. Sent with an update or deletion, it fails with ABORTED if somebody else was
             *     faster; empty: no check. Runs do not change it.
             */
            etag?: string;
            /**
             * Format: int32
             * @description Output only. Failed runs in a row.
             */
            readonly failedRuns?: number;
            /** @description Output only. Identifier, a UUID. */
            readonly id?: string;
            lastRun?: components["schemas"]["LastRun"];
            /**
             * Format: int32
             * @description After how many failed runs in a row the job switches itself off; 0: never. Default 0.
             */
            maxFailures?: number;
            /**
             * Format: date-time
             * @description Output only. Next slot; absent if there is none.
             */
            readonly nextRunTime?: string | null;
            /**
             * Format: int32
             * @description How many successful runs to make; 0: no limit.
             */
            repeat?: number;
            /** @description Required. Immutable. Repository to be synchronized. */
            repositoryId?: string;
            /** @description Output only. Name of the repository, at most some minutes old. */
            readonly repositoryName?: string;
            /** @description Time between two slots. Default 10 minutes, at least 10 seconds, at most 366 days. */
            runEvery?: string;
            /**
             * Format: int32
             * @description Output only. Successful runs.
             */
            readonly runsCompleted?: number;
            /**
             * Format: int32
             * @description Output only. Slots that were skipped because the repository was busy.
             */
            readonly skippedSlots?: number;
            /**
             * Format: date-time
             * @description Time of the first slot, UTC; no run starts earlier. Default: now.
             */
            startTime?: string | null;
            state?: components["schemas"]["JobState"];
            /** @description Longest time that a run may take. Default 10 minutes, at least 1 second, at most 7 days. */
            timeout?: string;
            /**
             * Format: date-time
             * @description Output only. Time of the last change by a person.
             */
            readonly updateTime?: string | null;
        };
        /**
         * @description JobState tells what a job will do.
         *
         *      - UNSPECIFIED: Never answered.
         *      - QUEUED: Waits for its next slot.
         *      - RUNNING: A run of it is under way.
         *      - EXPIRED: Its end time has passed.
         *      - COMPLETED: It has run as often as it should.
         *      - DISABLED: Switched off by a person.
         *      - FAILED: Switched off after max_failures failed runs; ResetJob switches it on again.
         * @default UNSPECIFIED
         * @enum {string}
         */
        JobState: "UNSPECIFIED" | "QUEUED" | "RUNNING" | "EXPIRED" | "COMPLETED" | "DISABLED" | "FAILED";
        /** @description LastRun is what is known of the last run of a job. */
        LastRun: {
            /**
             * Format: date-time
             * @description Output only. When it ended.
             */
            readonly endTime?: string | null;
            /** @description Output only. What happened, in words. */
            readonly message?: string;
            /**
             * Format: date-time
             * @description Output only. Until when the repository asked to be left alone, if it did: slots before that time are left out.
             */
            readonly retryTime?: string | null;
            /** @description Output only. Id of transfer's run; empty if it could not be started. */
            readonly runId?: string;
            /**
             * Format: date-time
             * @description Output only. When it began.
             */
            readonly startTime?: string | null;
            state?: components["schemas"]["LastRunState"];
        };
        /**
         * @description LastRunState tells how the last run of a job ended. The names are those of transfer's runs.
         *
         *      - UNSPECIFIED: The job has not run yet.
         *      - QUEUED: Waits for a worker.
         *      - RUNNING: Is under way.
         *      - DONE: Everything was exchanged.
         *      - DONE_WITH_WARNINGS: Exchanged with rejects or warnings.
         *      - FAILED: Failed; the next slot tries again.
         *      - NEEDS_YOU: Failed; an administrator must change something.
         *      - STOPPED: Stopped by a person.
         *      - TIMED_OUT: Ended by its timeout.
         * @default UNSPECIFIED
         * @enum {string}
         */
        LastRunState: "UNSPECIFIED" | "QUEUED" | "RUNNING" | "DONE" | "DONE_WITH_WARNINGS" | "FAILED" | "NEEDS_YOU" | "STOPPED" | "TIMED_OUT";
        /** @description ListChangesResponse holds changes. */
        ListChangesResponse: {
            /**
             * Format: int64
             * @description Change number to go on with.
             */
            lastChange?: string;
            /** @description Whether there is more at once. */
            more?: boolean;
            /** @description The records that changed, deleted ones included, by change number. */
            records?: components["schemas"]["Record"][];
        };
        /** @description ListConflictsResponse is a page of conflicts. */
        ListConflictsResponse: {
            /** @description The conflicts, newest first. */
            conflicts?: components["schemas"]["Conflict"][];
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
            /**
             * Format: int32
             * @description How many match in all pages.
             */
            totalSize?: number;
        };
        /** @description ListJobsResponse is a page of jobs. */
        ListJobsResponse: {
            /** @description The jobs in the order asked for. */
            jobs?: components["schemas"]["Job"][];
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
            /**
             * Format: int32
             * @description How many match in all pages.
             */
            totalSize?: number;
        };
        /** @description ListLogEntriesResponse is a page of entries. */
        ListLogEntriesResponse: {
            /** @description The entries, newest first. */
            logEntries?: components["schemas"]["LogEntry"][];
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
        };
        /** @description ListRecordsResponse is a page of records. */
        ListRecordsResponse: {
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
            /** @description The records, last changed first. */
            records?: components["schemas"]["Record"][];
            /**
             * Format: int32
             * @description How many match in all pages; absent with a query or an origin, by which they would have to be counted.
             */
            totalSize?: number;
        };
        /** @description ListRejectsResponse is a page of rejects. */
        ListRejectsResponse: {
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
            /** @description The rejects, newest first. */
            rejects?: components["schemas"]["Reject"][];
            /**
             * Format: int32
             * @description How many match in all pages.
             */
            totalSize?: number;
        };
        /** @description ListRepositoriesResponse is a page of repositories. */
        ListRepositoriesResponse: {
            conditionCounts?: components["schemas"]["ConditionCounts"];
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
            /** @description The repositories in the order asked for. */
            repositories?: components["schemas"]["Repository"][];
            /**
             * Format: int32
             * @description How many match in all pages.
             */
            totalSize?: number;
        };
        /** @description ListResourcesResponse is a page of resources. */
        ListResourcesResponse: {
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
            /** @description The resources by name. */
            resources?: components["schemas"]["ResourceSummary"][];
            /**
             * Format: int32
             * @description How many match in all pages.
             */
            totalSize?: number;
        };
        /** @description ListRunItemsResponse is a page of items. */
        ListRunItemsResponse: {
            /** @description The items, newest first. */
            items?: components["schemas"]["RunItem"][];
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
        };
        /** @description ListRunsResponse is a page of runs. */
        ListRunsResponse: {
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
            /** @description The runs, newest first. */
            runs?: components["schemas"]["Run"][];
        };
        /** @description ListSessionsResponse is a page of sessions. */
        ListSessionsResponse: {
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
            /** @description The sessions, newest first. */
            sessions?: components["schemas"]["Session"][];
            /**
             * Format: int32
             * @description How many there are in all pages.
             */
            totalSize?: number;
        };
        /** @description ListTasksResponse is a page of tasks. */
        ListTasksResponse: {
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
            /** @description The tasks by resource name. */
            tasks?: components["schemas"]["Task"][];
            /**
             * Format: int32
             * @description How many there are in all pages.
             */
            totalSize?: number;
        };
        /** @description ListTokensResponse is a page of tokens. */
        ListTokensResponse: {
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
            /** @description The tokens, newest first. */
            tokens?: components["schemas"]["Token"][];
            /**
             * Format: int32
             * @description How many there are in all pages.
             */
            totalSize?: number;
        };
        /** @description ListUsersResponse is a page of users. */
        ListUsersResponse: {
            /** @description Token of the next page; empty on the last. */
            nextPageToken?: string;
            /**
             * Format: int32
             * @description How many match in all pages.
             */
            totalSize?: number;
            /** @description The users by name. */
            users?: components["schemas"]["User"][];
        };
        /** @description LogCounts are counts of records; see transfer's Counts. */
        LogCounts: {
            /**
             * Format: int64
             * @description Records that the other side confirmed.
             */
            accepted?: string;
            /**
             * Format: int64
             * @description Records that both sides had changed.
             */
            conflict?: string;
            /**
             * Format: int64
             * @description Records created here.
             */
            created?: string;
            /**
             * Format: int64
             * @description Records deleted or merged here.
             */
            deleted?: string;
            /**
             * Format: int64
             * @description Records received.
             */
            received?: string;
            /**
             * Format: int64
             * @description Records that could not be applied, here or there.
             */
            rejected?: string;
            /**
             * Format: int64
             * @description Records sent.
             */
            sent?: string;
            /**
             * Format: int64
             * @description Records that strategy or update policy left out.
             */
            skipped?: string;
            /**
             * Format: int64
             * @description Records with nothing to do.
             */
            unchanged?: string;
            /**
             * Format: int64
             * @description Records changed here.
             */
            updated?: string;
        };
        /** @description LogEntry is one entry of the log. */
        LogEntry: {
            /** @description Stage, such as "connect", "fetch", "import", "send", "receive", "request registration", or "none". */
            action?: string;
            /** @description User or remote account that caused it; empty: the site itself. */
            actor?: string;
            /**
             * Format: int64
             * @description Bytes of S3XML that travelled.
             */
            bytes?: string;
            counts?: components["schemas"]["LogCounts"];
            /** @description How long it took; absent: not measured. */
            duration?: string;
            /** @description Identifier, a UUID of version 7; chosen by the writer, so that writing twice is harmless. */
            id?: string;
            /** @description What happened, in words, without secrets; at most 64 KiB. */
            message?: string;
            mode?: components["schemas"]["Mode"];
            /** @description Output only. Id of the next older entry; empty: none. Only in GetLogEntry. */
            readonly nextId?: string;
            /**
             * @description Output only. What the writer gave where the vocabulary does not know it, by field name: mode,
             *     transmission or result; the fields themselves hold NONE or SUCCESS then.
             */
            readonly original?: {
                [key: string]: string;
            };
            /** @description Output only. Id of the next newer entry; empty: none. Only in GetLogEntry. */
            readonly previousId?: string;
            /** @description Stable code of the reason; empty for a success. */
            reason?: string;
            /** @description Whether the error happened at the remote site; false for a success. */
            remoteError?: boolean;
            /** @description Repository; empty: none or unknown. */
            repositoryId?: string;
            /** @description Name of the repository at that time. */
            repositoryName?: string;
            /** @description Resource; "mixed" for several, "none" for none. */
            resourceName?: string;
            result?: components["schemas"]["Result"];
            /** @description Run; empty: none. */
            runId?: string;
            /** @description Service that wrote it: config, scheduler, transfer or gateway. */
            service?: string;
            /**
             * Format: date-time
             * @description When it happened, by the clock of the process that wrote it.
             */
            time?: string | null;
            transmission?: components["schemas"]["Transmission"];
        };
        /**
         * @description Mode tells what kind of exchange an entry is about.
         *
         *      - UNSPECIFIED: No filter; never answered.
         *      - PULL: Records travelled, or should have, to the site that asked.
         *      - PUSH: Records travelled, or should have, from the site that asked.
         *      - LOGIN: Signing in.
         *      - REGISTER: Registration.
         *      - NONE: None of these, such as a change of configuration.
         * @default UNSPECIFIED
         * @enum {string}
         */
        Mode: "UNSPECIFIED" | "PULL" | "PUSH" | "LOGIN" | "REGISTER" | "NONE";
        /**
         * @description Outcome tells what became of a record; each received record has exactly one.
         *
         *      - UNSPECIFIED: No filter; never answered.
         *      - CREATED: Was not here; stored.
         *      - UPDATED: Was here; changed.
         *      - DELETED: Deleted or merged.
         *      - UNCHANGED: Same content, or delivered before.
         *      - SKIPPED: Strategy or update policy said no.
         *      - CONFLICT: Both sides had changed it; the conflict policy decided.
         *      - REJECTED: Could not be applied, here or at the remote site.
         *      - ACCEPTED: Sent and taken by the remote site.
         * @default UNSPECIFIED
         * @enum {string}
         */
        Outcome: "UNSPECIFIED" | "CREATED" | "UPDATED" | "DELETED" | "UNCHANGED" | "SKIPPED" | "CONFLICT" | "REJECTED" | "ACCEPTED";
        /** @description PauseRepositoryRequest names a repository to pause. */
        PauseRepositoryBody: {
            /** @description Makes a repeated request harmless. At most 64 characters. */
            requestId?: string;
        };
        /**
         * @description Policy tells whose version of a record wins, seen from this site.
         *
         *      - UNSPECIFIED: Not given; taken as NEWER on creation.
         *      - THIS: Keep this site's version.
         *      - OTHER: Take the remote site's version.
         *      - NEWER: The version with the younger modification time.
         *      - MASTER: Only the site where a record was created may change it elsewhere.
         * @default UNSPECIFIED
         * @enum {string}
         */
        Policy: "UNSPECIFIED" | "THIS" | "OTHER" | "NEWER" | "MASTER";
        /** @description PreviewJobRequest asks for the slots of a job. */
        PreviewJobBody: {
            /**
             * Format: int32
             * @description How many slots; default 5, at most 100.
             */
            count?: number;
            /**
             * Required. The job, saved or not; only its schedule counts.
             * @description Required. The job, saved or not; only its schedule counts.
             */
            job?: {
                /**
                 * Format: date-time
                 * @description Output only. Time of creation.
                 */
                readonly createTime?: string;
                /** @description Whether it runs. Default true. */
                enabled?: boolean;
                /**
                 * Format: date-time
                 * @description No run starts after this time, UTC. Absent: no end. Must not lie before start_time.
                 */
                endTime?: string;
                /**
                 * @description Version of this resource. Sent with an update or deletion, it fails with ABORTED if somebody else was
                 *     faster; empty: no check. Runs do not change it.
                 */
                etag?: string;
                /**
                 * Format: int32
                 * @description Output only. Failed runs in a row.
                 */
                readonly failedRuns?: number;
                /** @description Output only. Identifier, a UUID. */
                readonly id?: string;
                lastRun?: components["schemas"]["LastRun"];
                /**
                 * Format: int32
                 * @description After how many failed runs in a row the job switches itself off; 0: never. Default 0.
                 */
                maxFailures?: number;
                /**
                 * Format: date-time
                 * @description Output only. Next slot; absent if there is none.
                 */
                readonly nextRunTime?: string;
                /**
                 * Format: int32
                 * @description How many successful runs to make; 0: no limit.
                 */
                repeat?: number;
                /** @description Output only. Name of the repository, at most some minutes old. */
                readonly repositoryName?: string;
                /** @description Time between two slots. Default 10 minutes, at least 10 seconds, at most 366 days. */
                runEvery?: string;
                /**
                 * Format: int32
                 * @description Output only. Successful runs.
                 */
                readonly runsCompleted?: number;
                /**
                 * Format: int32
                 * @description Output only. Slots that were skipped because the repository was busy.
                 */
                readonly skippedSlots?: number;
                /**
                 * Format: date-time
                 * @description Time of the first slot, UTC; no run starts earlier. Default: now.
                 */
                startTime?: string;
                state?: components["schemas"]["JobState"];
                /** @description Longest time that a run may take. Default 10 minutes, at least 1 second, at most 7 days. */
                timeout?: string;
                /**
                 * Format: date-time
                 * @description Output only. Time of the last change by a person.
                 */
                readonly updateTime?: string;
            };
        };
        /** @description PreviewJobResponse holds the next slots. */
        PreviewJobResponse: {
            /** @description The next slots in order, UTC; fewer than asked for if the job ends. */
            slotTimes?: string[];
        };
        /** @description PurgeLogEntriesRequest selects entries to remove. */
        PurgeLogEntriesRequest: {
            /**
             * Format: date-time
             * @description Required. Entries before this time are removed.
             */
            beforeTime?: string | null;
            /** @description Only those about this repository; empty: all. */
            repositoryId?: string;
            /** @description Makes a repeated request harmless. At most 64 characters. */
            requestId?: string;
        };
        /** @description PurgeLogEntriesResponse tells how many were removed. */
        PurgeLogEntriesResponse: {
            /**
             * Format: int64
             * @description Number of entries removed.
             */
            purgedCount?: string;
        };
        /** @description RecentRun is one run, as short as a list of repositories needs it. */
        RecentRun: {
            /**
             * Format: date-time
             * @description Output only. When it ended; absent before.
             */
            readonly endTime?: string | null;
            /**
             * Format: int64
             * @description Output only. Records received that changed something here.
             */
            readonly pulled?: string;
            /**
             * Format: int64
             * @description Output only. Records that the remote site took.
             */
            readonly pushed?: string;
            /** @description Output only. Id of the run. */
            readonly runId?: string;
            /**
             * Format: date-time
             * @description Output only. When it began; absent while it is queued.
             */
            readonly startTime?: string | null;
            state?: components["schemas"]["RunState"];
            trigger?: components["schemas"]["RunTrigger"];
        };
        /** @description Record is one S3XML resource element. Resource name and uid together name it. */
        Record: {
            /** @description Immutable. For components: name of the relation. */
            alias?: string;
            /**
             * Format: date-time
             * @description Output only. This site's clock when this version was stored.
             */
            readonly arrivedOn?: string | null;
            /**
             * @description Output only. Author of this version as the record names it, usually an e-mail address; the user, if it was edited
             *     at this site.
             */
            readonly author?: string;
            /**
             * Format: int64
             * @description Output only. This site's change number of this version.
             */
            readonly change?: string;
            /**
             * @description Output only. Components in the order of alias and uid. Each is a record of its own and is edited as
             *     such.
             */
            readonly components?: components["schemas"]["Record"][];
            /**
             * Format: date-time
             * @description Output only. The originator's time of creation.
             */
            readonly createdOn?: string | null;
            /** @description Output only. Whether it is deleted. */
            readonly deleted?: boolean;
            /**
             * @description Version of this record. Sent with PutRecord or DeleteRecord, it fails with ABORTED if somebody else
             *     was faster; empty: no check.
             */
            etag?: string;
            /**
             * @description Output only. How this version stands with each repository with which the resource is configured, by name of
             *     the repository; only in GetRecord, and not for components, which travel with their master.
             */
            readonly exchanges?: components["schemas"]["RecordExchange"][];
            /** @description Values in the order of their names. */
            fields?: components["schemas"]["RecordField"][];
            /** @description Output only. Hash of the content in hexadecimal digits. */
            readonly hash?: string;
            /** @description Output only. Earlier versions, newest first, as far as they are kept; only in GetRecord. */
            readonly history?: components["schemas"]["RecordVersion"][];
            /** @description Output only. Short text for people, made from the fields. */
            readonly label?: string;
            /**
             * Format: int32
             * @description Output only. Master copy index: 0 created at this site, otherwise the number of copies since.
             */
            readonly mci?: number;
            /**
             * Format: date-time
             * @description Output only. The originator's time of this version.
             */
            readonly modifiedOn?: string | null;
            /** @description Output only. Repository that gave us this version; empty: edited at this site. */
            readonly originRepositoryId?: string;
            /** @description Output only. Name of that repository. */
            readonly originRepositoryName?: string;
            /** @description Immutable. For components: resource of the master record. */
            parentResourceName?: string;
            /** @description Immutable. For components: uid of the master record. */
            parentUid?: string;
            /** @description Output only. Why this version is the present one, as in RecordVersion. */
            readonly reason?: string;
            /** @description References in the order of their names. */
            references?: components["schemas"]["RecordReference"][];
            /** @description Output only. uid of the record that it was merged into. */
            readonly replacedBy?: string;
            /** @description Required. Immutable. Resource. */
            resourceName?: string;
            /** @description Output only. Run that wrote this version; empty: edited at this site. */
            readonly runId?: string;
            /** @description Required. Immutable. Identifier that all sites share, usually urn:uuid:…. */
            uid?: string;
        };
        /** @description RecordExchange is how the present version of a record stands with a repository. */
        RecordExchange: {
            obstacle?: components["schemas"]["RecordExchangeObstacle"];
            /**
             * Format: date-time
             * @description Output only. When the repository gave us this version; absent: it came from elsewhere.
             */
            readonly receiveTime?: string | null;
            /** @description Output only. Open reject of the record at this repository; empty: none. */
            readonly rejectId?: string;
            /** @description Output only. Repository. */
            readonly repositoryId?: string;
            /** @description Output only. Name of the repository. */
            readonly repositoryName?: string;
            state?: components["schemas"]["RecordExchangeState"];
        };
        /**
         * @description RecordExchangeObstacle is why a record does not go to a repository.
         *
         *      - UNSPECIFIED: None.
         *      - MODE: The mode of the resource does not push.
         *      - KEPT_OUT: The resource is kept out of every exchange.
         *      - FILTER: The filters of the resource leave the record out.
         *      - REFUSED: The repository refused the record; there is an open reject.
         *      - PAUSED: The repository is paused.
         *      - MASTER: Under policy MASTER only records that were made at this site are sent.
         * @default UNSPECIFIED
         * @enum {string}
         */
        RecordExchangeObstacle: "UNSPECIFIED" | "MODE" | "KEPT_OUT" | "FILTER" | "REFUSED" | "PAUSED" | "MASTER";
        /**
         * @description RecordExchangeState tells whether a repository has the present version of a record.
         *
         *      - UNSPECIFIED: Never answered.
         *      - SEEN: The repository gave us this version or has confirmed it.
         *      - WAITING: It goes with the next push, or when the repository asks.
         *      - NOT_SENT: It does not go there; obstacle tells why.
         * @default UNSPECIFIED
         * @enum {string}
         */
        RecordExchangeState: "UNSPECIFIED" | "SEEN" | "WAITING" | "NOT_SENT";
        /** @description RecordField is the value of a field. */
        RecordField: {
            attachment?: components["schemas"]["Attachment"];
            kind?: components["schemas"]["FieldKind"];
            /** @description Required. Name of the column. */
            name?: string;
            /** @description Value as text. */
            value?: string;
        };
        /** @description RecordReference is a reference to other records. */
        RecordReference: {
            /** @description Output only. Those of uids that are not at this site. */
            readonly missingUids?: string[];
            /** @description Required. Name of the column. */
            name?: string;
            /** @description Required. Resource referred to. */
            resourceName?: string;
            /** @description Required. Records referred to; a plain reference has one. */
            uids?: string[];
        };
        /** @description RecordVersion is one version of a record. */
        RecordVersion: {
            /**
             * Format: date-time
             * @description Output only. This site's clock when it arrived.
             */
            readonly arrivedOn?: string | null;
            /** @description Output only. Author as the record names it, usually an e-mail address; the user, if it was edited at this site. */
            readonly author?: string;
            /**
             * Format: int64
             * @description Output only. This site's change number; 0 if the version was never stored here.
             */
            readonly change?: string;
            /**
             * Format: date-time
             * @description Output only. The originator's time of creation.
             */
            readonly createdOn?: string | null;
            /** @description Output only. Whether the version is a deletion. */
            readonly deleted?: boolean;
            /** @description Output only. Values. */
            readonly fields?: components["schemas"]["RecordField"][];
            /** @description Output only. Hash of the content in hexadecimal digits. */
            readonly hash?: string;
            /**
             * Format: int32
             * @description Output only. Master copy index.
             */
            readonly mci?: number;
            /**
             * Format: date-time
             * @description Output only. The originator's time of this version.
             */
            readonly modifiedOn?: string | null;
            /** @description Output only. Repository that gave us the version; empty: edited at this site. */
            readonly originRepositoryId?: string;
            /** @description Output only. Name of that repository. */
            readonly originRepositoryName?: string;
            /**
             * @description Output only. Why it was stored: EDITED at this site; RECEIVED from a repository; DECISION of a person in a conflict;
             *     or the code by which the policy chose it in a conflict, as in Conflict.reason. Only in GetRecord.
             */
            readonly reason?: string;
            /** @description Output only. References. */
            readonly references?: components["schemas"]["RecordReference"][];
            /** @description Output only. uid of the record that it was merged into. */
            readonly replacedBy?: string;
            /** @description Output only. Run that brought it. */
            readonly runId?: string;
        };
        /** @description RegisterRepositoryRequest names a repository. */
        RegisterRepositoryBody: {
            /** @description Makes a repeated request harmless: the same id answers the first outcome. At most 64 characters. */
            requestId?: string;
        };
        /** @description RegisterRepositoryResponse tells what came out. */
        RegisterRepositoryResponse: {
            /** @description Output only. What the remote site or the network said. */
            readonly message?: string;
            /** @description Output only. Stable code of the error; empty if registered. */
            readonly reason?: string;
            /** @description Output only. Whether the remote site confirmed. */
            readonly registered?: boolean;
            /** @description Output only. Identifier that the remote site named as its own; empty: none. */
            readonly remoteUuid?: string;
        };
        /** @description Registration of this site at the remote site. */
        Registration: {
            /** @description Output only. What the remote site or the network said, in words. */
            readonly message?: string;
            state?: components["schemas"]["RegistrationState"];
            /**
             * Format: date-time
             * @description Output only. When the state was reached.
             */
            readonly time?: string | null;
        };
        /**
         * @description RegistrationState tells how far the registration at the remote site is.
         *
         *      - UNSPECIFIED: Never answered.
         *      - NONE: Without a URL there is nothing to register.
         *      - PENDING: Saved; the request to the remote site is to be made or under way.
         *      - REGISTERED: The remote site confirmed.
         *      - FAILED: The remote site could not be reached or refused: register manually or try again.
         * @default UNSPECIFIED
         * @enum {string}
         */
        RegistrationState: "UNSPECIFIED" | "NONE" | "PENDING" | "REGISTERED" | "FAILED";
        /** @description Reject is a record that could not be applied. */
        Reject: {
            /**
             * Format: date-time
             * @description Output only. When it was closed.
             */
            readonly closeTime?: string | null;
            /**
             * Format: date-time
             * @description Output only. When it was found.
             */
            readonly createTime?: string | null;
            direction?: components["schemas"]["Direction"];
            /** @description Output only. User who dismissed it; empty: none. */
            readonly dismissedBy?: string;
            /** @description Output only. The S3XML element; only in GetReject. */
            readonly element?: string;
            /** @description Output only. Identifier, a UUID. */
            readonly id?: string;
            /**
             * Format: date-time
             * @description Output only. When it was last tried.
             */
            readonly lastTryTime?: string | null;
            /** @description Output only. The reason in words: this site's, or those of the remote site. */
            readonly message?: string;
            /** @description Output only. Stable code of the reason. */
            readonly reason?: string;
            /** @description Output only. Repository. */
            readonly repositoryId?: string;
            /** @description Output only. Name of the repository. */
            readonly repositoryName?: string;
            /** @description Output only. Resource. */
            readonly resourceName?: string;
            /** @description Output only. Run that found it; empty for an incoming push without run. */
            readonly runId?: string;
            state?: components["schemas"]["RejectState"];
            /**
             * Format: int32
             * @description Output only. How often it was tried.
             */
            readonly tries?: number;
            /** @description Output only. Record; empty if the element had no identifier. */
            readonly uid?: string;
        };
        /**
         * @description RejectState tells whether a reject still waits.
         *
         *      - UNSPECIFIED: No filter; never answered.
         *      - OPEN: Will be tried again.
         *      - RESOLVED: The record was applied later.
         *      - DISMISSED: Closed by a person.
         * @default UNSPECIFIED
         * @enum {string}
         */
        RejectState: "UNSPECIFIED" | "OPEN" | "RESOLVED" | "DISMISSED";
        /** @description Repository is this site's entry for a remote site. */
        Repository: {
            /** @description Whether the remote site may push to this site. Default true. */
            acceptPushes?: boolean;
            activity?: components["schemas"]["RepositoryActivity"];
            /**
             * @description Output only. Whether somebody should look at it: NEEDS_YOU, FAILING, or a clock that differs by more than
             *     Settings.max_clock_offset. Paused ones do not ask for it.
             */
            readonly attention?: boolean;
            /**
             * @description Certificates in PEM that sign the remote site's certificate, for sites with a private authority.
             *     Empty: those of the system.
             */
            caCertificates?: string;
            /** @description Output only. Remote clock minus this site's clock at the last contact. */
            readonly clockOffset?: string;
            condition?: components["schemas"]["RepositoryCondition"];
            /**
             * Format: date-time
             * @description Output only. Time of creation.
             */
            readonly createTime?: string | null;
            /**
             * @description Version of this resource. Sent with an update or deletion, it fails with ABORTED if somebody else was
             *     faster; empty: no check. Contacts and registrations do not change it.
             */
            etag?: string;
            /** @description Output only. Whether a password is stored. */
            readonly hasPassword?: boolean;
            health?: components["schemas"]["RepositoryHealth"];
            /** @description Output only. Identifier of the entry at this site, a UUID. */
            readonly id?: string;
            /**
             * Format: date-time
             * @description Output only. End of the last run, or of the last answered request of the remote site.
             */
            readonly lastConnectTime?: string | null;
            /** @description Required. Name for people, unique, at most 64 characters. */
            name?: string;
            /**
             * @description Input only. Password at the remote site, stored encrypted. An update that does not name it in its mask
             *     keeps it; an update that names it with an empty value removes it.
             */
            password?: string;
            /** @description Output only. Whether it is paused; see PauseRepository. */
            readonly paused?: boolean;
            /**
             * @description Proxy for this repository; empty: the one of the settings. "none": no proxy at all. Passwords as in
             *     Settings.proxy_url.
             */
            proxyUrl?: string;
            registration?: components["schemas"]["Registration"];
            state?: components["schemas"]["RepositoryState"];
            /**
             * Format: int32
             * @description Output only. Number of its tasks.
             */
            readonly taskCount?: number;
            type?: components["schemas"]["RepositoryType"];
            /**
             * Format: date-time
             * @description Output only. Time of the last change by a person or by a registration.
             */
            readonly updateTime?: string | null;
            /**
             * @description Base URL of the remote site with its application path, such as https://example.org/eden; http or
             *     https. Unique. Empty: only the remote site connects. User and password belong into their own fields.
             */
            url?: string;
            /** @description User at the remote site. */
            username?: string;
            /** @description The remote site's own identifier. If empty a registration fills it in. */
            uuid?: string;
        };
        /**
         * @description RepositoryActivity is what transfer and scheduler know of a repository; the gateway, which sees all services,
         *     fills it in. Fields of a service that did not answer are absent.
         */
        RepositoryActivity: {
            /** @description Output only. Run of this site that is queued or under way; empty: none. */
            readonly activeRunId?: string;
            /**
             * Format: int32
             * @description Output only. Number of its jobs that are switched on.
             */
            readonly enabledJobCount?: number;
            /**
             * Format: int32
             * @description Output only. Number of its jobs.
             */
            readonly jobCount?: number;
            /**
             * Format: date-time
             * @description Output only. Next slot of its jobs; absent: none.
             */
            readonly nextRunTime?: string | null;
            /**
             * Format: int32
             * @description Output only. Conflicts that nobody has decided yet.
             */
            readonly openConflicts?: number;
            /**
             * Format: int32
             * @description Output only. Rejects that still wait.
             */
            readonly openRejects?: number;
            /** @description Output only. The last 28 runs, oldest first. */
            readonly runs?: components["schemas"]["RecentRun"][];
            /** @description Output only. Names of the services that did not answer: transfer, scheduler. */
            readonly unavailable?: string[];
        };
        /**
         * @description RepositoryCondition is what a list says of a repository in one word.
         *
         *      - UNSPECIFIED: No filter; never answered.
         *      - NEEDS_YOU: Nothing will work before somebody changes something: the last run ended as NEEDS_YOU, or the registration
         *     of a repository that was never synchronized failed.
         *      - FAILING: The last run failed or took too long; the next one may help.
         *      - WARNINGS: The last run ended with warnings.
         *      - NEVER_SYNCHRONIZED: Nothing was exchanged yet.
         *      - IN_STEP: The last run exchanged everything; of a repository without URL: the remote site has connected.
         *      - PAUSED: Paused by a person.
         * @default UNSPECIFIED
         * @enum {string}
         */
        RepositoryCondition: "UNSPECIFIED" | "NEEDS_YOU" | "FAILING" | "WARNINGS" | "NEVER_SYNCHRONIZED" | "IN_STEP" | "PAUSED";
        /**
         * @description RepositoryHealth tells how the last run ended that this site executed. Runs that a person stopped say nothing
         *     about a repository and do not count.
         */
        RepositoryHealth: {
            /**
             * Format: int32
             * @description Output only. Failed runs in a row; 0: the last run did not fail.
             */
            readonly failedRuns?: number;
            /**
             * Format: date-time
             * @description Output only. When the first of the present series of failed runs ended; absent: the last run did not fail.
             */
            readonly failingSince?: string | null;
            /**
             * Format: date-time
             * @description Output only. When the last run ended that did not fail; absent: none yet.
             */
            readonly lastSuccessTime?: string | null;
            /** @description Output only. What happened, in one sentence. */
            readonly message?: string;
            /** @description Output only. Stable code of the error or warning; empty if none. */
            readonly reason?: string;
            /** @description Output only. Whether the error happened at the remote site. */
            readonly remoteError?: boolean;
            /** @description Output only. Id of the run. */
            readonly runId?: string;
            state?: components["schemas"]["RunState"];
            /**
             * Format: date-time
             * @description Output only. When the run ended.
             */
            readonly time?: string | null;
        };
        /**
         * @description RepositoryState tells what can happen with a repository.
         *
         *      - UNSPECIFIED: Never answered.
         *      - ACTIVE: Has a URL and is not paused: runs can be started.
         *      - PAUSED: Paused: no runs, no incoming exchanges.
         *      - PASSIVE: Has no URL: this site waits for the remote site to connect.
         * @default UNSPECIFIED
         * @enum {string}
         */
        RepositoryState: "UNSPECIFIED" | "ACTIVE" | "PAUSED" | "PASSIVE";
        /**
         * @description RepositoryType tells which kind of program runs at the remote site. All types of Sahana Eden have a
         *     value, so that they can be refused by name; only EDEN is supported.
         *
         *      - UNSPECIFIED: Not given; taken as EDEN.
         *      - EDEN: Sahana Eden or edensync.
         *      - ADASHI: ADASHI; refused with INVALID_ARGUMENT.
         *      - CCRM: CiviCRM; refused with INVALID_ARGUMENT.
         *      - DATA: Sahana Eden data repository; refused with INVALID_ARGUMENT.
         *      - FILESYNC: Local file system; refused with INVALID_ARGUMENT.
         *      - FTP: FTP; refused with INVALID_ARGUMENT.
         *      - MCB: Mariner CommandBridge; refused with INVALID_ARGUMENT.
         *      - WRIKE: Wrike; refused with INVALID_ARGUMENT.
         * @default UNSPECIFIED
         * @enum {string}
         */
        RepositoryType: "UNSPECIFIED" | "EDEN" | "ADASHI" | "CCRM" | "DATA" | "FILESYNC" | "FTP" | "MCB" | "WRIKE";
        /**
         * @description RepositoryView tells how much of a repository is answered.
         *
         *      - UNSPECIFIED: Taken as BASIC.
         *      - BASIC: Everything but activity.
         *      - ACTIVITY: Everything, activity included.
         * @default UNSPECIFIED
         * @enum {string}
         */
        RepositoryView: "UNSPECIFIED" | "BASIC" | "ACTIVITY";
        /** @description ResetJobRequest names a job to reactivate. */
        ResetJobBody: {
            /** @description Makes a repeated request harmless. At most 64 characters. */
            requestId?: string;
        };
        /** @description ResourceSummary tells what this site has of a resource. */
        ResourceSummary: {
            /**
             * Format: int64
             * @description Output only. References to records that are not here.
             */
            readonly danglingReferenceCount?: string;
            /**
             * Format: int64
             * @description Output only. Deleted records that are remembered.
             */
            readonly deletedCount?: string;
            /** @description Output only. Whether the resource is kept out of every exchange. */
            readonly keptOut?: boolean;
            /**
             * Format: int64
             * @description Output only. Change number of the last change.
             */
            readonly lastChange?: string;
            /**
             * Format: date-time
             * @description Output only. This site's clock at the last change.
             */
            readonly lastChangeTime?: string | null;
            /** @description Output only. Name of the table, such as org_organisation. */
            readonly name?: string;
            /**
             * Format: int64
             * @description Output only. Records that are not deleted.
             */
            readonly recordCount?: string;
        };
        /**
         * @description Result tells how it ended.
         *
         *      - UNSPECIFIED: No filter; never answered.
         *      - SUCCESS: It worked.
         *      - WARNING: It worked with issues.
         *      - ERROR: It failed and may work later.
         *      - FATAL: It failed and will not work before somebody changes something.
         * @default UNSPECIFIED
         * @enum {string}
         */
        Result: "UNSPECIFIED" | "SUCCESS" | "WARNING" | "ERROR" | "FATAL";
        /** @description ResumeRepositoryRequest names a repository to resume. */
        ResumeRepositoryBody: {
            /** @description Makes a repeated request harmless. At most 64 characters. */
            requestId?: string;
        };
        /** @description RetryRejectRequest names a reject to try again. */
        RetryRejectBody: {
            /** @description Makes a repeated request harmless: the same id answers the first outcome. At most 64 characters. */
            requestId?: string;
        };
        /**
         * @description Role tells what an account may do.
         *
         *      - UNSPECIFIED: Refused with INVALID_ARGUMENT.
         *      - ADMINISTRATOR: Everything.
         *      - OPERATOR: Run, stop, decide, retry; no credentials, policies or users.
         *      - VIEWER: Read.
         *      - PEER: A remote site: only the synchronization endpoint.
         * @default UNSPECIFIED
         * @enum {string}
         */
        Role: "UNSPECIFIED" | "ADMINISTRATOR" | "OPERATOR" | "VIEWER" | "PEER";
        /** @description Run is one execution of a synchronization with a repository. */
        Run: {
            /**
             * Format: int32
             * @description Output only. How often a worker took it up; above 1 after the death of a process.
             */
            readonly attempts?: number;
            /**
             * Format: int64
             * @description Output only. Sum of the bytes of the tasks.
             */
            readonly bytes?: string;
            counts?: components["schemas"]["Counts"];
            /**
             * Format: date-time
             * @description Output only. When it was queued.
             */
            readonly createTime?: string | null;
            /**
             * Format: date-time
             * @description Output only. When it ended.
             */
            readonly endTime?: string | null;
            /** @description Output only. Whether everything is asked for, not only the changes. */
            readonly fullPull?: boolean;
            /** @description Output only. Identifier, a UUID. */
            readonly id?: string;
            /** @description Output only. Job whose slot it is; empty: none. */
            readonly jobId?: string;
            /** @description Output only. What happened, in one sentence. */
            readonly message?: string;
            /** @description Output only. Stable code of the error that ended it; empty if none. */
            readonly reason?: string;
            /** @description Output only. Whether that error happened at the remote site. */
            readonly remoteError?: boolean;
            /** @description Output only. Repository. */
            readonly repositoryId?: string;
            /** @description Output only. Name of the repository when the run was started. */
            readonly repositoryName?: string;
            /** @description Output only. Resources that it is limited to; empty: all. */
            readonly resourceNames?: string[];
            /**
             * Format: date-time
             * @description Output only. When a failed run is worth trying again, if the remote site said so.
             */
            readonly retryTime?: string | null;
            /** @description Output only. User who asked for it; empty: none. */
            readonly startedBy?: string;
            /**
             * Format: date-time
             * @description Output only. When it began.
             */
            readonly startTime?: string | null;
            state?: components["schemas"]["RunState"];
            /** @description Output only. Whether somebody asked it to stop. */
            readonly stopRequested?: boolean;
            /** @description Output only. Progress by resource and direction, in the order of execution. */
            readonly tasks?: components["schemas"]["TaskRun"][];
            /** @description Output only. Longest time that it may take. */
            readonly timeout?: string;
            trigger?: components["schemas"]["RunTrigger"];
        };
        /** @description RunItem is what became of a single record. */
        RunItem: {
            /** @description Output only. Conflict that keeps both versions; empty: none. */
            readonly conflictId?: string;
            direction?: components["schemas"]["Direction"];
            /** @description Output only. Identifier, a UUID. */
            readonly id?: string;
            /** @description Output only. The reason in words. */
            readonly message?: string;
            outcome?: components["schemas"]["Outcome"];
            /** @description Output only. Stable code of the reason. */
            readonly reason?: string;
            /** @description Output only. Reject that keeps the element; empty: none. */
            readonly rejectId?: string;
            /** @description Output only. Repository of the run. */
            readonly repositoryId?: string;
            /** @description Output only. Name of the repository. */
            readonly repositoryName?: string;
            /** @description Output only. Resource. */
            readonly resourceName?: string;
            /** @description Output only. Run. */
            readonly runId?: string;
            /**
             * Format: date-time
             * @description Output only. When it was decided.
             */
            readonly time?: string | null;
            /** @description Output only. Record. */
            readonly uid?: string;
        };
        /**
         * @description RunState tells how far a run is.
         *
         *      - UNSPECIFIED: Never answered.
         *      - QUEUED: Waits for a worker.
         *      - RUNNING: Is under way.
         *      - DONE: Ended: everything was exchanged.
         *      - DONE_WITH_WARNINGS: Ended: exchanged, with rejects or warnings of the remote site.
         *      - FAILED: Ended: the network or the remote site failed; trying again may help.
         *      - NEEDS_YOU: Ended: trying again will not help before somebody changes something.
         *      - STOPPED: Ended: somebody asked for it.
         *      - TIMED_OUT: Ended: it took longer than its timeout.
         * @default UNSPECIFIED
         * @enum {string}
         */
        RunState: "UNSPECIFIED" | "QUEUED" | "RUNNING" | "DONE" | "DONE_WITH_WARNINGS" | "FAILED" | "NEEDS_YOU" | "STOPPED" | "TIMED_OUT";
        /**
         * @description RunTrigger tells why a run was started.
         *
         *      - UNSPECIFIED: Not given; taken as MANUAL.
         *      - MANUAL: A person or a program asked for it.
         *      - SCHEDULE: A job's slot was due.
         *      - PEER: The remote site called: an incoming exchange, answered at once.
         * @default UNSPECIFIED
         * @enum {string}
         */
        RunTrigger: "UNSPECIFIED" | "MANUAL" | "SCHEDULE" | "PEER";
        /** @description Session of a person. */
        Session: {
            /**
             * Format: date-time
             * @description Output only. When the session began.
             */
            readonly createTime?: string | null;
            /** @description Output only. Whether the request itself came with this session. */
            readonly current?: boolean;
            /**
             * Format: date-time
             * @description Output only. When it ends for good: 7 days after it began.
             */
            readonly expireTime?: string | null;
            /** @description Output only. Identifier, a UUID; it is not the secret. Empty for a caller with a token. */
            readonly id?: string;
            /**
             * Format: date-time
             * @description Output only. When it ends without use: 12 hours after the last one.
             */
            readonly idleExpireTime?: string | null;
            /**
             * Format: date-time
             * @description Output only. Time of the last use, at most a minute old.
             */
            readonly lastUseTime?: string | null;
            /** @description Output only. Address of the client that signed in. */
            readonly remoteAddress?: string;
            user?: components["schemas"]["User"];
        };
        /** @description Settings of this site. */
        Settings: {
            /** @description Whether a signed-in peer without a registered repository may pull. Default false. */
            anonymousRepositoryPulls?: boolean;
            /**
             * Format: date-time
             * @description Output only. Time of creation, that is, of the first start.
             */
            readonly createTime?: string | null;
            /**
             * @description Version of this resource. Sent with an update, the update fails with ABORTED if somebody else was
             *     faster; empty: no check.
             */
            etag?: string;
            /**
             * @description Resources of the kept-out groups (auth_*, sync_*, scheduler_*) that are exchanged nevertheless.
             *     Password fields never are.
             */
            exposedResources?: string[];
            /** @description After this time a pull asks for everything instead of the changes only. Default 7 days; 0 never. */
            fullPullInterval?: string;
            /** @description How long log entries are kept. Default 28 days; 0 keeps them for ever. */
            logRetention?: string;
            /**
             * Format: int64
             * @description Largest attachment that is fetched or accepted, in bytes. Default 64 MiB; 0 exchanges no attachments.
             */
            maxAttachmentBytes?: string;
            /** @description Clock difference to a remote site above which a warning is logged. Default 30 seconds. */
            maxClockOffset?: string;
            /**
             * Format: int32
             * @description Most runs that one transfer process executes at the same time. Default 4, 1 to 64.
             */
            maxConcurrentRuns?: number;
            /**
             * @description Complete URL of the proxy server used for all repositories without one of their own: http, https,
             *     socks5 or socks5h. Empty: none. A password in it is stored encrypted and answered as "***"; a URL sent
             *     with "***" as its password keeps the stored one.
             */
            proxyUrl?: string;
            /**
             * @description URL under which other sites reach this site's synchronization endpoint; used for the addresses of
             *     attachments. Empty: other sites cannot reach this site.
             */
            publicUrl?: string;
            /**
             * @description How far a pull reaches back behind the youngest time received, to catch changes of the same second.
             *     Default 2 seconds, at most 1 hour.
             */
            pullOverlap?: string;
            /**
             * @description How long replaced versions of records, conflicts and the items of runs are kept. Default 90 days; 0
             *     keeps them for ever.
             */
            recordHistoryRetention?: string;
            /**
             * @description Output only. Identifier that this site uses in requests to other sites (a UUID). Generated at the
             *     first start and never changed afterwards.
             */
            readonly repositoryUuid?: string;
            /**
             * @description Required. Name of this site for people, and the name under which it registers at other sites. At most
             *     64 characters.
             */
            siteName?: string;
            /**
             * Format: date-time
             * @description Output only. Time of the last change.
             */
            readonly updateTime?: string | null;
        };
        /** @description SetupRequest makes the first administrator. */
        SetupRequest: {
            /** @description Required. Password of the administrator, as in User.password. */
            password?: string;
            /** @description Required. The one-time code. */
            setupCode?: string;
            /** @description Name of this site; empty keeps the present one. */
            siteName?: string;
            /** @description Required. Name of the administrator. */
            username?: string;
        };
        /** @description SignInMethods are the ways to sign in. */
        SignInMethods: {
            /** @description Output only. Whether username and password are taken. */
            readonly password?: boolean;
            /** @description Output only. Name of the OpenID Connect provider, as people know it; empty: there is none. */
            readonly provider?: string;
            /** @description Output only. Path to open in the browser to sign in by the provider; empty: there is none. */
            readonly providerPath?: string;
        };
        /** @description SiteActivity is how much was exchanged with all repositories. */
        SiteActivity: {
            /** @description Output only. Length of each bucket. */
            readonly bucket?: string;
            /** @description Output only. The buckets, oldest first and without gaps. */
            readonly buckets?: components["schemas"]["ActivityBucket"][];
            /**
             * Format: int32
             * @description Output only. Conflicts that nobody has decided yet, of all times.
             */
            readonly openConflicts?: number;
            /**
             * Format: int32
             * @description Output only. Rejects that still wait, of all times.
             */
            readonly openRejects?: number;
        };
        /** @description StartRunRequest starts a run. */
        StartRunBody: {
            /** @description Whether to ask for everything, not only the changes. */
            fullPull?: boolean;
            /** @description Job whose slot it is; only the scheduler sends it. */
            jobId?: string;
            /**
             * @description Makes a repeated request harmless: the same id answers the run of the first. At most 128 characters.
             *     The scheduler sends job and slot.
             */
            requestId?: string;
            /** @description Resources to exchange; empty: all of the repository. */
            resourceNames?: string[];
            /** @description Longest time that it may take, at most 7 days. Default: no limit; a run ends, and can be stopped, all the same. */
            timeout?: string;
            trigger?: components["schemas"]["RunTrigger"];
        };
        /** @description StopRunRequest names a run to stop. */
        StopRunBody: {
            /** @description Makes a repeated request harmless. At most 64 characters. */
            requestId?: string;
        };
        /**
         * @description StrategyMethod is something that an import may do with records of this site.
         *
         *      - UNSPECIFIED: Refused with INVALID_ARGUMENT.
         *      - CREATE: Create records that are not here.
         *      - UPDATE: Change records that are here.
         *      - DELETE: Delete records that were deleted there.
         *      - MERGE: Merge records that were merged there.
         * @default UNSPECIFIED
         * @enum {string}
         */
        StrategyMethod: "UNSPECIFIED" | "CREATE" | "UPDATE" | "DELETE" | "MERGE";
        /** @description Task is one resource configured for a repository. Repository and resource name together name it. */
        Task: {
            conflictPolicy?: components["schemas"]["Policy"];
            /**
             * Format: date-time
             * @description Output only. Time of creation.
             */
            readonly createTime?: string | null;
            /**
             * @description Version of this resource. Sent with an update or deletion, it fails with ABORTED if somebody else was
             *     faster; empty: no check. Exchanges do not change it.
             */
            etag?: string;
            /** @description Filters; several of one table must all match. At most 100. */
            filters?: components["schemas"]["Filter"][];
            /**
             * Format: date-time
             * @description Output only. When the resource was last pulled completely.
             */
            readonly lastPullTime?: string | null;
            /**
             * Format: date-time
             * @description Output only. When the resource was last pushed completely.
             */
            readonly lastPushTime?: string | null;
            mode?: components["schemas"]["TaskMode"];
            /** @description Required. Immutable. Repository that it belongs to. */
            repositoryId?: string;
            /** @description Required. Immutable. Name of the resource's main table, such as org_organisation. */
            resourceName?: string;
            /** @description Methods that imports may use. Default all four; after creation an empty list allows none. */
            strategy?: components["schemas"]["StrategyMethod"][];
            updatePolicy?: components["schemas"]["Policy"];
            /**
             * Format: date-time
             * @description Output only. Time of the last change by a person.
             */
            readonly updateTime?: string | null;
        };
        /**
         * @description TaskMode tells in which directions a resource is exchanged by runs of this site.
         *
         *      - UNSPECIFIED: Not given; taken as PULL_AND_PUSH on creation.
         *      - PULL: From the remote site to this site.
         *      - PUSH: From this site to the remote site.
         *      - PULL_AND_PUSH: First pull, then push.
         *      - NONE: Not exchanged by runs; the policies still hold for what the remote site pushes.
         * @default UNSPECIFIED
         * @enum {string}
         */
        TaskMode: "UNSPECIFIED" | "PULL" | "PUSH" | "PULL_AND_PUSH" | "NONE";
        /** @description TaskRun is the progress of one resource in one direction. */
        TaskRun: {
            /**
             * Format: int64
             * @description Output only. Bytes of S3XML received or sent so far, before compression.
             */
            readonly bytes?: string;
            counts?: components["schemas"]["Counts"];
            direction?: components["schemas"]["Direction"];
            /**
             * Format: date-time
             * @description Output only. When it ended.
             */
            readonly endTime?: string | null;
            /**
             * Format: int64
             * @description Output only. Number of records at top level to be expected, components not counted; absent: unknown.
             */
            readonly expected?: string;
            /** @description Output only. Whether everything was asked for, not only the changes. */
            readonly full?: boolean;
            /**
             * Format: int64
             * @description Output only. Number of records at top level that were dealt with so far, to be compared with expected.
             */
            readonly handled?: string;
            /** @description Output only. What happened, in words. */
            readonly message?: string;
            /** @description Output only. Stable code of the error; empty if none. */
            readonly reason?: string;
            /** @description Output only. Whether the error happened at the remote site. */
            readonly remoteError?: boolean;
            /** @description Output only. Resource. */
            readonly resourceName?: string;
            /**
             * Format: date-time
             * @description Output only. When it began.
             */
            readonly startTime?: string | null;
            state?: components["schemas"]["TaskRunState"];
        };
        /**
         * @description TaskRunState tells how far a resource is in one direction.
         *
         *      - UNSPECIFIED: Never answered.
         *      - QUEUED: Has not begun.
         *      - RUNNING: Is under way.
         *      - DONE: Ended: complete.
         *      - DONE_WITH_WARNINGS: Ended: complete, with rejects or warnings.
         *      - FAILED: Ended: trying again may help.
         *      - NEEDS_YOU: Ended: trying again will not help before somebody changes something.
         *      - STOPPED: Ended: the run was stopped or timed out; what was committed is kept.
         * @default UNSPECIFIED
         * @enum {string}
         */
        TaskRunState: "UNSPECIFIED" | "QUEUED" | "RUNNING" | "DONE" | "DONE_WITH_WARNINGS" | "FAILED" | "NEEDS_YOU" | "STOPPED";
        /**
         * @description TestConnectionRequest names what to test: a stored repository, a form, or a form that changes a stored
         *     repository.
         */
        TestConnectionBody: {
            connection?: components["schemas"]["Connection"];
        };
        /**
         * @description TestConnectionRequest names what to test: a stored repository, a form, or a form that changes a stored
         *     repository.
         */
        TestConnectionRequest: {
            connection?: components["schemas"]["Connection"];
            /** @description Repository; empty: only connection counts. */
            repositoryId?: string;
        };
        /** @description TestConnectionResponse holds the steps. */
        TestConnectionResponse: {
            /** @description Output only. Remote clock minus this site's clock; absent: not measured. */
            readonly clockOffset?: string;
            /** @description Output only. Whether all steps are answered; nothing follows. */
            readonly done?: boolean;
            /** @description Output only. Whether no step has failed. */
            readonly ok?: boolean;
            /** @description Output only. Identifier that the remote site named as its own; empty: none. */
            readonly remoteUuid?: string;
            /** @description Output only. Version that the remote site named; empty: none. */
            readonly remoteVersion?: string;
            /** @description Output only. The steps in the order of execution. */
            readonly steps?: components["schemas"]["TestStep"][];
        };
        /** @description TestStep is one line of the answer. */
        TestStep: {
            /** @description Output only. How long it took. */
            readonly duration?: string;
            /** @description Output only. What to do; empty if nothing. */
            readonly fix?: string;
            /** @description Output only. What was found, in words. */
            readonly message?: string;
            name?: components["schemas"]["TestStepName"];
            /** @description Output only. Stable code of the error; empty if none. */
            readonly reason?: string;
            state?: components["schemas"]["TestStepState"];
        };
        /**
         * @description TestStepName names a step of TestConnection, in the order of execution.
         *
         *      - UNSPECIFIED: Never answered.
         *      - NAME: The name was found.
         *      - PORT: The port is open.
         *      - PROXY: The proxy answers.
         *      - TLS: The encrypted connection stands.
         *      - SIGN_IN: Username and password were taken.
         *      - UUID: The identifier is the expected one.
         *      - CLOCK: The clocks agree.
         *      - VERSION: The remote site speaks the protocol in a version that fits.
         *      - PULL: This site may pull.
         *      - PUSH: This site may push.
         * @default UNSPECIFIED
         * @enum {string}
         */
        TestStepName: "UNSPECIFIED" | "NAME" | "PORT" | "PROXY" | "TLS" | "SIGN_IN" | "UUID" | "CLOCK" | "VERSION" | "PULL" | "PUSH";
        /**
         * @description TestStepState tells how a step ended.
         *
         *      - UNSPECIFIED: Never answered.
         *      - PASSED: Works.
         *      - WARNING: Works, but somebody should look at it.
         *      - FAILED: Does not work.
         *      - SKIPPED: Not tried, because it does not apply or an earlier step failed.
         *      - RUNNING: Under way; only in WatchTestConnection.
         * @default UNSPECIFIED
         * @enum {string}
         */
        TestStepState: "UNSPECIFIED" | "PASSED" | "WARNING" | "FAILED" | "SKIPPED" | "RUNNING";
        /** @description Token is a key for a program. */
        Token: {
            /**
             * Format: date-time
             * @description Output only. Time of creation.
             */
            readonly createTime?: string | null;
            /**
             * Format: date-time
             * @description Immutable. When it stops working; absent: never. Must lie ahead.
             */
            expireTime?: string | null;
            /** @description Output only. Identifier, a UUID. */
            readonly id?: string;
            /**
             * Format: date-time
             * @description Output only. Time of the last use, at most a minute old.
             */
            readonly lastUseTime?: string | null;
            /** @description Required. Immutable. What it is for, unique, at most 128 characters. */
            name?: string;
            role?: components["schemas"]["Role"];
            /**
             * @description Output only. The secret to be sent as "Authorization: Bearer SECRET"; only in the answer of
             *     CreateToken. Only a hash is stored.
             */
            readonly secret?: string;
            /** @description Output only. Id of the user who made it; deleting the user deletes it. */
            readonly userId?: string;
            /** @description Output only. Name of the user who made it. */
            readonly username?: string;
        };
        /**
         * @description Transmission tells which site asked.
         *
         *      - UNSPECIFIED: No filter; never answered.
         *      - INCOMING: The remote site asked.
         *      - OUTGOING: This site asked.
         *      - NONE: Nobody: the entry is about this site alone.
         * @default UNSPECIFIED
         * @enum {string}
         */
        Transmission: "UNSPECIFIED" | "INCOMING" | "OUTGOING" | "NONE";
        /** @description UndoConflictRequest takes a decision back. */
        UndoConflictBody: {
            /** @description Makes a repeated request harmless: the same id answers the first outcome. At most 64 characters. */
            requestId?: string;
        };
        /** @description User is an account of this site. */
        User: {
            /**
             * @description For role PEER without a repository: the first remote site that registers with the account becomes the only one that
             *     it may exchange as; until then it may exchange as none. It is taken away when that has happened.
             */
            bindAtRegistration?: boolean;
            /**
             * Format: date-time
             * @description Output only. Time of creation.
             */
            readonly createTime?: string | null;
            /** @description Whether signing in is refused. */
            disabled?: boolean;
            /**
             * @description Version of this resource. Sent with an update or deletion, it fails with ABORTED if somebody else was
             *     faster; empty: no check.
             */
            etag?: string;
            /** @description Output only. The password that was just generated for an account of role PEER; empty in all other answers. */
            readonly generatedPassword?: string;
            /** @description Output only. Identifier, a UUID. */
            readonly id?: string;
            /** @description Output only. Issuer of the OpenID Connect provider by which the person has signed in; empty: none. */
            readonly identityProvider?: string;
            invitation?: components["schemas"]["Invitation"];
            /**
             * @description Output only. Whether the account has no password and no identity provider yet, and waits for its invitation to be
             *     accepted.
             */
            readonly invited?: boolean;
            /**
             * @description Language in which the person reads the pages of this site, as a BCP 47 tag such as "fr" or "ar"; empty: what
             *     the browser asks for.
             */
            language?: string;
            /**
             * Format: date-time
             * @description Output only. Time of the last sign-in.
             */
            readonly lastSignInTime?: string | null;
            /**
             * @description Input only. Password of 10 to 1024 characters; only a hash is stored. Without one on creation, a person is
             *     invited and a remote site gets a generated one.
             */
            password?: string;
            /** @description For role PEER: the only repository that the account may exchange as. Empty: any registered one. */
            repositoryId?: string;
            role?: components["schemas"]["Role"];
            /**
             * Format: date-time
             * @description Output only. Time of the last change.
             */
            readonly updateTime?: string | null;
            /** @description Required. Name to sign in with, unique, upper and lower case alike, at most 128 characters. */
            username?: string;
        };
        /** @description Status tells who this site is and whether its parts work. */
        "v1.Status": {
            /** @description Output only. State of the services; filled in by the gateway, which sees them all. */
            readonly components?: components["schemas"]["Component"][];
            /** @description Output only. Largest known clock difference to a remote site, positive if the remote clock is ahead. */
            readonly largestClockOffset?: string;
            /**
             * Format: int32
             * @description Output only. Number of repositories.
             */
            readonly repositories?: number;
            /**
             * Format: int32
             * @description Output only. Number of repositories whose clock differs by more than max_clock_offset.
             */
            readonly repositoriesOffClock?: number;
            /** @description Output only. Identifier of this site. */
            readonly repositoryUuid?: string;
            /** @description Output only. Name of this site. */
            readonly siteName?: string;
            /**
             * Format: date-time
             * @description Output only. Since when the config service runs.
             */
            readonly startTime?: string | null;
            /**
             * Format: date-time
             * @description Output only. This site's clock.
             */
            readonly time?: string | null;
            /** @description Output only. Version of edensync. */
            readonly version?: string;
        };
        /** @description WatchChangesResponse holds changes, or none as a heartbeat. */
        WatchChangesResponse: {
            /**
             * Format: int64
             * @description Change number to go on with.
             */
            lastChange?: string;
            /** @description The records that changed, deleted ones included, by change number. */
            records?: components["schemas"]["Record"][];
        };
        /** @description WatchLogEntriesResponse holds new entries, or none as a heartbeat. */
        WatchLogEntriesResponse: {
            /** @description The entries, oldest first. */
            logEntries?: components["schemas"]["LogEntry"][];
            /**
             * Format: int64
             * @description Rises with every message of the stream.
             */
            seq?: string;
        };
        /** @description WatchRunResponse is one message of the stream. */
        WatchRunResponse: {
            heartbeat?: components["schemas"]["Heartbeat"];
            /**
             * Format: int64
             * @description Rises with every message of the stream.
             */
            seq?: string;
            snapshot?: components["schemas"]["Run"];
        };
        /** @description WatchTestConnectionRequest names what to test, as in TestConnectionRequest. */
        WatchTestConnectionBody: {
            connection?: components["schemas"]["Connection"];
        };
        /** @description WatchTestConnectionRequest names what to test, as in TestConnectionRequest. */
        WatchTestConnectionRequest: {
            connection?: components["schemas"]["Connection"];
            /** @description Repository; empty: only connection counts. */
            repositoryId?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    ActivityService_GetSiteActivity: {
        parameters: {
            query?: {
                /** @description Length of a bucket. Default 30 minutes, 1 minute to 366 days. */
                bucket?: string;
                /** @description End; default now. It is rounded up to a multiple of bucket since 1970. */
                endTime?: string;
                /** @description Begin; default 24 hours before end_time. It is rounded down to a multiple of bucket since 1970. */
                startTime?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteActivity"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ConflictService_ListConflicts: {
        parameters: {
            query?: {
                /** @description Most conflicts to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters. Error: INVALID_ARGUMENT. */
                pageToken?: string;
                /** @description Only those whose label or uid contains this text, upper and lower case alike. */
                query?: string;
                /** @description Only those with this repository. */
                repositoryId?: string;
                /** @description Only those of this resource. */
                resourceName?: string;
                /** @description Only those of this run. */
                runId?: string;
                /**
                 * @description Only those in one of these states.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - OPEN: The policy decided; nobody has looked at it yet.
                 *      - DECIDED: A person decided.
                 *      - SUPERSEDED: The record has changed again since; there is nothing left to decide.
                 */
                states?: ("UNSPECIFIED" | "OPEN" | "DECIDED" | "SUPERSEDED")[];
                /** @description Only those of this record. */
                uid?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListConflictsResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ConflictService_BatchDecideConflicts: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description BatchDecideConflictsRequest decides several conflicts. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchDecideConflictsRequest"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchDecideConflictsResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ConflictService_GetConflict: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conflict"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ConflictService_DecideConflict: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecideConflictBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conflict"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    ConflictService_UndoConflict: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UndoConflictBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conflict"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    JobService_ListJobs2: {
        parameters: {
            query?: {
                /**
                 * @description Order: "repository_id" (default): by repository and start time; "next_run_time": the soonest first, and only
                 *     jobs that have a next run.
                 */
                orderBy?: string;
                /** @description Most jobs to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters and order. Error: INVALID_ARGUMENT. */
                pageToken?: string;
                /** @description Repository; empty: all. */
                repositoryId?: string;
                /**
                 * @description Only those in one of these states.
                 *
                 *      - UNSPECIFIED: Never answered.
                 *      - QUEUED: Waits for its next slot.
                 *      - RUNNING: A run of it is under way.
                 *      - EXPIRED: Its end time has passed.
                 *      - COMPLETED: It has run as often as it should.
                 *      - DISABLED: Switched off by a person.
                 *      - FAILED: Switched off after max_failures failed runs; ResetJob switches it on again.
                 */
                states?: ("UNSPECIFIED" | "QUEUED" | "RUNNING" | "EXPIRED" | "COMPLETED" | "DISABLED" | "FAILED")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListJobsResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    LogService_ListLogEntries: {
        parameters: {
            query?: {
                /** @description Only those with this action. */
                action?: string;
                /** @description Only those before this time. */
                endTime?: string;
                /**
                 * @description Only those of this mode.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - PULL: Records travelled, or should have, to the site that asked.
                 *      - PUSH: Records travelled, or should have, from the site that asked.
                 *      - LOGIN: Signing in.
                 *      - REGISTER: Registration.
                 *      - NONE: None of these, such as a change of configuration.
                 */
                mode?: "UNSPECIFIED" | "PULL" | "PUSH" | "LOGIN" | "REGISTER" | "NONE";
                /** @description Most entries to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters. Error: INVALID_ARGUMENT. */
                pageToken?: string;
                /** @description Only those whose message contains this text, upper and lower case alike. */
                query?: string;
                /** @description Only those with or without an error at the remote site; absent: both. */
                remoteError?: boolean;
                /** @description Only those about this repository. */
                repositoryId?: string;
                /** @description Only those about this resource. */
                resourceName?: string;
                /**
                 * @description Only those with one of these results.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - SUCCESS: It worked.
                 *      - WARNING: It worked with issues.
                 *      - ERROR: It failed and may work later.
                 *      - FATAL: It failed and will not work before somebody changes something.
                 */
                results?: ("UNSPECIFIED" | "SUCCESS" | "WARNING" | "ERROR" | "FATAL")[];
                /** @description Only those of this run. */
                runId?: string;
                /** @description Only those at or after this time. */
                startTime?: string;
                /**
                 * @description Only those of this transmission.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - INCOMING: The remote site asked.
                 *      - OUTGOING: This site asked.
                 *      - NONE: Nobody: the entry is about this site alone.
                 */
                transmission?: "UNSPECIFIED" | "INCOMING" | "OUTGOING" | "NONE";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListLogEntriesResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    LogService_ExportLogEntries: {
        parameters: {
            query?: {
                /** @description Only those with this action. */
                action?: string;
                /** @description Only those before this time. */
                endTime?: string;
                /**
                 * @description Form of the file. Default CSV.
                 *
                 *      - UNSPECIFIED: Taken as CSV.
                 *      - CSV: Comma-separated values in UTF-8 with a header line.
                 *      - NDJSON: One JSON object a line.
                 */
                format?: "UNSPECIFIED" | "CSV" | "NDJSON";
                /**
                 * @description Only those of this mode.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - PULL: Records travelled, or should have, to the site that asked.
                 *      - PUSH: Records travelled, or should have, from the site that asked.
                 *      - LOGIN: Signing in.
                 *      - REGISTER: Registration.
                 *      - NONE: None of these, such as a change of configuration.
                 */
                mode?: "UNSPECIFIED" | "PULL" | "PUSH" | "LOGIN" | "REGISTER" | "NONE";
                /** @description Only those whose message contains this text, upper and lower case alike. */
                query?: string;
                /** @description Only those with or without an error at the remote site; absent: both. */
                remoteError?: boolean;
                /** @description Only those about this repository. */
                repositoryId?: string;
                /** @description Only those about this resource. */
                resourceName?: string;
                /**
                 * @description Only those with one of these results.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - SUCCESS: It worked.
                 *      - WARNING: It worked with issues.
                 *      - ERROR: It failed and may work later.
                 *      - FATAL: It failed and will not work before somebody changes something.
                 */
                results?: ("UNSPECIFIED" | "SUCCESS" | "WARNING" | "ERROR" | "FATAL")[];
                /** @description Only those of this run. */
                runId?: string;
                /** @description Only those at or after this time. */
                startTime?: string;
                /**
                 * @description Only those of this transmission.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - INCOMING: The remote site asked.
                 *      - OUTGOING: This site asked.
                 *      - NONE: Nobody: the entry is about this site alone.
                 */
                transmission?: "UNSPECIFIED" | "INCOMING" | "OUTGOING" | "NONE";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["Error"];
                    "text/csv": components["schemas"]["Error"];
                };
            };
        };
    };
    LogService_PurgeLogEntries: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description PurgeLogEntriesRequest selects entries to remove. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["PurgeLogEntriesRequest"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurgeLogEntriesResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    LogService_WatchLogEntries: {
        parameters: {
            query?: {
                /** @description Only those with this action. */
                action?: string;
                /** @description Id of the last entry that the reader knows; empty: only entries from now on. */
                afterId?: string;
                /**
                 * @description Only those of this mode.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - PULL: Records travelled, or should have, to the site that asked.
                 *      - PUSH: Records travelled, or should have, from the site that asked.
                 *      - LOGIN: Signing in.
                 *      - REGISTER: Registration.
                 *      - NONE: None of these, such as a change of configuration.
                 */
                mode?: "UNSPECIFIED" | "PULL" | "PUSH" | "LOGIN" | "REGISTER" | "NONE";
                /** @description Only those whose message contains this text, upper and lower case alike. */
                query?: string;
                /** @description Only those with or without an error at the remote site; absent: both. */
                remoteError?: boolean;
                /** @description Only those about this repository. */
                repositoryId?: string;
                /** @description Only those about this resource. */
                resourceName?: string;
                /**
                 * @description Only those with one of these results.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - SUCCESS: It worked.
                 *      - WARNING: It worked with issues.
                 *      - ERROR: It failed and may work later.
                 *      - FATAL: It failed and will not work before somebody changes something.
                 */
                results?: ("UNSPECIFIED" | "SUCCESS" | "WARNING" | "ERROR" | "FATAL")[];
                /** @description Only those of this run. */
                runId?: string;
                /**
                 * @description Only those of this transmission.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - INCOMING: The remote site asked.
                 *      - OUTGOING: This site asked.
                 *      - NONE: Nobody: the entry is about this site alone.
                 */
                transmission?: "UNSPECIFIED" | "INCOMING" | "OUTGOING" | "NONE";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response.(streaming responses) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result?: components["schemas"]["WatchLogEntriesResponse"];
                    };
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    LogService_GetLogEntry: {
        parameters: {
            query?: {
                /** @description Only neighbours with this action. */
                action?: string;
                /** @description Only neighbours before this time. */
                endTime?: string;
                /**
                 * @description Only neighbours of this mode.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - PULL: Records travelled, or should have, to the site that asked.
                 *      - PUSH: Records travelled, or should have, from the site that asked.
                 *      - LOGIN: Signing in.
                 *      - REGISTER: Registration.
                 *      - NONE: None of these, such as a change of configuration.
                 */
                mode?: "UNSPECIFIED" | "PULL" | "PUSH" | "LOGIN" | "REGISTER" | "NONE";
                /** @description Only neighbours whose message contains this text, upper and lower case alike. */
                query?: string;
                /** @description Only neighbours with or without an error at the remote site; absent: both. */
                remoteError?: boolean;
                /** @description Only neighbours about this repository. */
                repositoryId?: string;
                /** @description Only neighbours about this resource. */
                resourceName?: string;
                /**
                 * @description Only neighbours with one of these results.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - SUCCESS: It worked.
                 *      - WARNING: It worked with issues.
                 *      - ERROR: It failed and may work later.
                 *      - FATAL: It failed and will not work before somebody changes something.
                 */
                results?: ("UNSPECIFIED" | "SUCCESS" | "WARNING" | "ERROR" | "FATAL")[];
                /** @description Only neighbours of this run. */
                runId?: string;
                /** @description Only neighbours at or after this time. */
                startTime?: string;
                /**
                 * @description Only neighbours of this transmission.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - INCOMING: The remote site asked.
                 *      - OUTGOING: This site asked.
                 *      - NONE: Nobody: the entry is about this site alone.
                 */
                transmission?: "UNSPECIFIED" | "INCOMING" | "OUTGOING" | "NONE";
            };
            header?: never;
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogEntry"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RejectService_ListRejects: {
        parameters: {
            query?: {
                /**
                 * @description Only those of this direction.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - PULL: From the remote site to this site.
                 *      - PUSH: From this site to the remote site.
                 */
                direction?: "UNSPECIFIED" | "PULL" | "PUSH";
                /** @description Most rejects to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters. Error: INVALID_ARGUMENT. */
                pageToken?: string;
                /** @description Only those with this repository. */
                repositoryId?: string;
                /** @description Only those of this resource. */
                resourceName?: string;
                /** @description Only those of this run. */
                runId?: string;
                /**
                 * @description Only those in one of these states.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - OPEN: Will be tried again.
                 *      - RESOLVED: The record was applied later.
                 *      - DISMISSED: Closed by a person.
                 */
                states?: ("UNSPECIFIED" | "OPEN" | "RESOLVED" | "DISMISSED")[];
                /** @description Only those of this record. */
                uid?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListRejectsResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RejectService_GetReject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reject"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RejectService_DismissReject: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DismissRejectBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reject"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RejectService_RetryReject: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryRejectBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reject"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RepositoryService_ListRepositories: {
        parameters: {
            query?: {
                /** @description Only those that ask for attention, or only those that do not; absent: both. */
                attention?: boolean;
                /**
                 * @description Only those in one of these conditions.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - NEEDS_YOU: Nothing will work before somebody changes something: the last run ended as NEEDS_YOU, or the registration
                 *     of a repository that was never synchronized failed.
                 *      - FAILING: The last run failed or took too long; the next one may help.
                 *      - WARNINGS: The last run ended with warnings.
                 *      - NEVER_SYNCHRONIZED: Nothing was exchanged yet.
                 *      - IN_STEP: The last run exchanged everything; of a repository without URL: the remote site has connected.
                 *      - PAUSED: Paused by a person.
                 */
                conditions?: ("UNSPECIFIED" | "NEEDS_YOU" | "FAILING" | "WARNINGS" | "NEVER_SYNCHRONIZED" | "IN_STEP" | "PAUSED")[];
                /**
                 * @description Order: "name" (default); "attention": what needs somebody first, that is NEEDS_YOU, FAILING and clocks that
                 *     differ too much, then the other conditions in their order, equals by name; "last_connect_time desc": the latest
                 *     contact first.
                 */
                orderBy?: string;
                /** @description Most repositories to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters and order. Error: INVALID_ARGUMENT. */
                pageToken?: string;
                /** @description Only those whose name, URL or UUID contains this text, upper and lower case alike. */
                query?: string;
                /**
                 * @description Only those whose registration is in one of these states.
                 *
                 *      - UNSPECIFIED: Never answered.
                 *      - NONE: Without a URL there is nothing to register.
                 *      - PENDING: Saved; the request to the remote site is to be made or under way.
                 *      - REGISTERED: The remote site confirmed.
                 *      - FAILED: The remote site could not be reached or refused: register manually or try again.
                 */
                registrationStates?: ("UNSPECIFIED" | "NONE" | "PENDING" | "REGISTERED" | "FAILED")[];
                /**
                 * @description Only those in one of these states.
                 *
                 *      - UNSPECIFIED: Never answered.
                 *      - ACTIVE: Has a URL and is not paused: runs can be started.
                 *      - PAUSED: Paused: no runs, no incoming exchanges.
                 *      - PASSIVE: Has no URL: this site waits for the remote site to connect.
                 */
                states?: ("UNSPECIFIED" | "ACTIVE" | "PAUSED" | "PASSIVE")[];
                /** @description Only the one with this remote UUID. */
                uuid?: string;
                /**
                 * @description How much to answer of each. Default BASIC.
                 *
                 *      - UNSPECIFIED: Taken as BASIC.
                 *      - BASIC: Everything but activity.
                 *      - ACTIVITY: Everything, activity included.
                 */
                view?: "UNSPECIFIED" | "BASIC" | "ACTIVITY";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListRepositoriesResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RepositoryService_CreateRepository: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description Required. The repository. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["Repository"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repository"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    PeerService_TestConnection2: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /**
         * @description TestConnectionRequest names what to test: a stored repository, a form, or a form that changes a stored
         *     repository.
         */
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestConnectionRequest"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestConnectionResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    PeerService_WatchTestConnection2: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description WatchTestConnectionRequest names what to test, as in TestConnectionRequest. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WatchTestConnectionRequest"];
            };
        };
        responses: {
            /** @description A successful response.(streaming responses) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result?: components["schemas"]["TestConnectionResponse"];
                    };
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RepositoryService_GetRepository: {
        parameters: {
            query?: {
                /**
                 * @description How much to answer. Default BASIC.
                 *
                 *      - UNSPECIFIED: Taken as BASIC.
                 *      - BASIC: Everything but activity.
                 *      - ACTIVITY: Everything, activity included.
                 */
                view?: "UNSPECIFIED" | "BASIC" | "ACTIVITY";
            };
            header?: never;
            path: {
                /** @description Required. Its id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repository"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RepositoryService_DeleteRepository: {
        parameters: {
            query?: {
                /** @description If not empty, deletes only this version. */
                etag?: string;
            };
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Its id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RepositoryService_UpdateRepository: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Output only. Identifier of the entry at this site, a UUID. */
                id: string;
            };
            cookie?: never;
        };
        /** @description Required. The new values; id names the repository. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Whether the remote site may push to this site. Default true. */
                    acceptPushes?: boolean;
                    activity?: components["schemas"]["RepositoryActivity"];
                    /**
                     * @description Output only. Whether somebody should look at it: NEEDS_YOU, FAILING, or a clock that differs by more than
                     *     Settings.max_clock_offset. Paused ones do not ask for it.
                     */
                    readonly attention?: boolean;
                    /**
                     * @description Certificates in PEM that sign the remote site's certificate, for sites with a private authority.
                     *     Empty: those of the system.
                     */
                    caCertificates?: string;
                    /** @description Output only. Remote clock minus this site's clock at the last contact. */
                    readonly clockOffset?: string;
                    condition?: components["schemas"]["RepositoryCondition"];
                    /**
                     * Format: date-time
                     * @description Output only. Time of creation.
                     */
                    readonly createTime?: string;
                    /**
                     * @description Version of this resource. Sent with an update or deletion, it fails with ABORTED if somebody else was
                     *     faster; empty: no check. Contacts and registrations do not change it.
                     */
                    etag?: string;
                    /** @description Output only. Whether a password is stored. */
                    readonly hasPassword?: boolean;
                    health?: components["schemas"]["RepositoryHealth"];
                    /**
                     * Format: date-time
                     * @description Output only. End of the last run, or of the last answered request of the remote site.
                     */
                    readonly lastConnectTime?: string;
                    /** @description Required. Name for people, unique, at most 64 characters. */
                    name?: string;
                    /**
                     * @description Input only. Password at the remote site, stored encrypted. An update that does not name it in its mask
                     *     keeps it; an update that names it with an empty value removes it.
                     */
                    password?: string;
                    /** @description Output only. Whether it is paused; see PauseRepository. */
                    readonly paused?: boolean;
                    /**
                     * @description Proxy for this repository; empty: the one of the settings. "none": no proxy at all. Passwords as in
                     *     Settings.proxy_url.
                     */
                    proxyUrl?: string;
                    registration?: components["schemas"]["Registration"];
                    state?: components["schemas"]["RepositoryState"];
                    /**
                     * Format: int32
                     * @description Output only. Number of its tasks.
                     */
                    readonly taskCount?: number;
                    type?: components["schemas"]["RepositoryType"];
                    /**
                     * Format: date-time
                     * @description Output only. Time of the last change by a person or by a registration.
                     */
                    readonly updateTime?: string;
                    /**
                     * @description Base URL of the remote site with its application path, such as https://example.org/eden; http or
                     *     https. Unique. Empty: only the remote site connects. User and password belong into their own fields.
                     */
                    url?: string;
                    /** @description User at the remote site. */
                    username?: string;
                    /** @description The remote site's own identifier. If empty a registration fills it in. */
                    uuid?: string;
                };
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repository"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RepositoryService_PauseRepository: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Its id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PauseRepositoryBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repository"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RepositoryService_ResumeRepository: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Its id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResumeRepositoryBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Repository"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    PeerService_RegisterRepository: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Repository at which this site registers. */
                repositoryId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterRepositoryBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisterRepositoryResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RunService_StartRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Repository. */
                repositoryId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartRunBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    PeerService_TestConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Repository; empty: only connection counts. */
                repositoryId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestConnectionBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestConnectionResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    PeerService_WatchTestConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Repository; empty: only connection counts. */
                repositoryId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WatchTestConnectionBody"];
            };
        };
        responses: {
            /** @description A successful response.(streaming responses) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result?: components["schemas"]["TestConnectionResponse"];
                    };
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    JobService_ListJobs: {
        parameters: {
            query?: {
                /**
                 * @description Order: "repository_id" (default): by repository and start time; "next_run_time": the soonest first, and only
                 *     jobs that have a next run.
                 */
                orderBy?: string;
                /** @description Most jobs to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters and order. Error: INVALID_ARGUMENT. */
                pageToken?: string;
                /**
                 * @description Only those in one of these states.
                 *
                 *      - UNSPECIFIED: Never answered.
                 *      - QUEUED: Waits for its next slot.
                 *      - RUNNING: A run of it is under way.
                 *      - EXPIRED: Its end time has passed.
                 *      - COMPLETED: It has run as often as it should.
                 *      - DISABLED: Switched off by a person.
                 *      - FAILED: Switched off after max_failures failed runs; ResetJob switches it on again.
                 */
                states?: ("UNSPECIFIED" | "QUEUED" | "RUNNING" | "EXPIRED" | "COMPLETED" | "DISABLED" | "FAILED")[];
            };
            header?: never;
            path: {
                /** @description Repository; empty: all. */
                repositoryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListJobsResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    JobService_CreateJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Immutable. Repository to be synchronized. */
                repositoryId: string;
            };
            cookie?: never;
        };
        /** @description Required. The job with its repository_id. */
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description Output only. Time of creation.
                     */
                    readonly createTime?: string;
                    /** @description Whether it runs. Default true. */
                    enabled?: boolean;
                    /**
                     * Format: date-time
                     * @description No run starts after this time, UTC. Absent: no end. Must not lie before start_time.
                     */
                    endTime?: string;
                    /**
                     * @description Version of this resource. Sent with an update or deletion, it fails with ABORTED if somebody else was
                     *     faster; empty: no check. Runs do not change it.
                     */
                    etag?: string;
                    /**
                     * Format: int32
                     * @description Output only. Failed runs in a row.
                     */
                    readonly failedRuns?: number;
                    /** @description Output only. Identifier, a UUID. */
                    readonly id?: string;
                    lastRun?: components["schemas"]["LastRun"];
                    /**
                     * Format: int32
                     * @description After how many failed runs in a row the job switches itself off; 0: never. Default 0.
                     */
                    maxFailures?: number;
                    /**
                     * Format: date-time
                     * @description Output only. Next slot; absent if there is none.
                     */
                    readonly nextRunTime?: string;
                    /**
                     * Format: int32
                     * @description How many successful runs to make; 0: no limit.
                     */
                    repeat?: number;
                    /** @description Output only. Name of the repository, at most some minutes old. */
                    readonly repositoryName?: string;
                    /** @description Time between two slots. Default 10 minutes, at least 10 seconds, at most 366 days. */
                    runEvery?: string;
                    /**
                     * Format: int32
                     * @description Output only. Successful runs.
                     */
                    readonly runsCompleted?: number;
                    /**
                     * Format: int32
                     * @description Output only. Slots that were skipped because the repository was busy.
                     */
                    readonly skippedSlots?: number;
                    /**
                     * Format: date-time
                     * @description Time of the first slot, UTC; no run starts earlier. Default: now.
                     */
                    startTime?: string;
                    state?: components["schemas"]["JobState"];
                    /** @description Longest time that a run may take. Default 10 minutes, at least 1 second, at most 7 days. */
                    timeout?: string;
                    /**
                     * Format: date-time
                     * @description Output only. Time of the last change by a person.
                     */
                    readonly updateTime?: string;
                };
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    JobService_PreviewJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Immutable. Repository to be synchronized. */
                repositoryId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewJobBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewJobResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    JobService_GetJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Required. The id. */
                id: string;
                /** @description Repository that it must belong to; empty: any. */
                repositoryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    JobService_DeleteJob: {
        parameters: {
            query?: {
                /** @description If not empty, deletes only this version. */
                etag?: string;
            };
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. The id. */
                id: string;
                /** @description Repository that it must belong to; empty: any. */
                repositoryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    JobService_UpdateJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Output only. Identifier, a UUID. */
                id: string;
                /** @description Required. Immutable. Repository to be synchronized. */
                repositoryId: string;
            };
            cookie?: never;
        };
        /** @description Required. The new values; id names the job. */
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description Output only. Time of creation.
                     */
                    readonly createTime?: string;
                    /** @description Whether it runs. Default true. */
                    enabled?: boolean;
                    /**
                     * Format: date-time
                     * @description No run starts after this time, UTC. Absent: no end. Must not lie before start_time.
                     */
                    endTime?: string;
                    /**
                     * @description Version of this resource. Sent with an update or deletion, it fails with ABORTED if somebody else was
                     *     faster; empty: no check. Runs do not change it.
                     */
                    etag?: string;
                    /**
                     * Format: int32
                     * @description Output only. Failed runs in a row.
                     */
                    readonly failedRuns?: number;
                    lastRun?: components["schemas"]["LastRun"];
                    /**
                     * Format: int32
                     * @description After how many failed runs in a row the job switches itself off; 0: never. Default 0.
                     */
                    maxFailures?: number;
                    /**
                     * Format: date-time
                     * @description Output only. Next slot; absent if there is none.
                     */
                    readonly nextRunTime?: string;
                    /**
                     * Format: int32
                     * @description How many successful runs to make; 0: no limit.
                     */
                    repeat?: number;
                    /** @description Output only. Name of the repository, at most some minutes old. */
                    readonly repositoryName?: string;
                    /** @description Time between two slots. Default 10 minutes, at least 10 seconds, at most 366 days. */
                    runEvery?: string;
                    /**
                     * Format: int32
                     * @description Output only. Successful runs.
                     */
                    readonly runsCompleted?: number;
                    /**
                     * Format: int32
                     * @description Output only. Slots that were skipped because the repository was busy.
                     */
                    readonly skippedSlots?: number;
                    /**
                     * Format: date-time
                     * @description Time of the first slot, UTC; no run starts earlier. Default: now.
                     */
                    startTime?: string;
                    state?: components["schemas"]["JobState"];
                    /** @description Longest time that a run may take. Default 10 minutes, at least 1 second, at most 7 days. */
                    timeout?: string;
                    /**
                     * Format: date-time
                     * @description Output only. Time of the last change by a person.
                     */
                    readonly updateTime?: string;
                };
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    JobService_ResetJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. The id. */
                id: string;
                /** @description Repository that it must belong to; empty: any. */
                repositoryId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetJobBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    TaskService_ListTasks: {
        parameters: {
            query?: {
                /** @description Most tasks to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters. Error: INVALID_ARGUMENT. */
                pageToken?: string;
            };
            header?: never;
            path: {
                /** @description Required. Repository. */
                repositoryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListTasksResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    TaskService_CreateTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Immutable. Repository that it belongs to. */
                repositoryId: string;
            };
            cookie?: never;
        };
        /** @description Required. The task with its repository_id. */
        requestBody: {
            content: {
                "application/json": {
                    conflictPolicy?: components["schemas"]["Policy"];
                    /**
                     * Format: date-time
                     * @description Output only. Time of creation.
                     */
                    readonly createTime?: string;
                    /**
                     * @description Version of this resource. Sent with an update or deletion, it fails with ABORTED if somebody else was
                     *     faster; empty: no check. Exchanges do not change it.
                     */
                    etag?: string;
                    /** @description Filters; several of one table must all match. At most 100. */
                    filters?: components["schemas"]["Filter"][];
                    /**
                     * Format: date-time
                     * @description Output only. When the resource was last pulled completely.
                     */
                    readonly lastPullTime?: string;
                    /**
                     * Format: date-time
                     * @description Output only. When the resource was last pushed completely.
                     */
                    readonly lastPushTime?: string;
                    mode?: components["schemas"]["TaskMode"];
                    /** @description Required. Immutable. Name of the resource's main table, such as org_organisation. */
                    resourceName?: string;
                    /** @description Methods that imports may use. Default all four; after creation an empty list allows none. */
                    strategy?: components["schemas"]["StrategyMethod"][];
                    updatePolicy?: components["schemas"]["Policy"];
                    /**
                     * Format: date-time
                     * @description Output only. Time of the last change by a person.
                     */
                    readonly updateTime?: string;
                };
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    TaskService_GetTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Required. Repository. */
                repositoryId: string;
                /** @description Required. Resource. */
                resourceName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    TaskService_DeleteTask: {
        parameters: {
            query?: {
                /** @description If not empty, deletes only this version. */
                etag?: string;
            };
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Repository. */
                repositoryId: string;
                /** @description Required. Resource. */
                resourceName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    TaskService_UpdateTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Immutable. Repository that it belongs to. */
                repositoryId: string;
                /** @description Required. Immutable. Name of the resource's main table, such as org_organisation. */
                resourceName: string;
            };
            cookie?: never;
        };
        /** @description Required. The new values; repository_id and resource_name name the task. */
        requestBody: {
            content: {
                "application/json": {
                    conflictPolicy?: components["schemas"]["Policy"];
                    /**
                     * Format: date-time
                     * @description Output only. Time of creation.
                     */
                    readonly createTime?: string;
                    /**
                     * @description Version of this resource. Sent with an update or deletion, it fails with ABORTED if somebody else was
                     *     faster; empty: no check. Exchanges do not change it.
                     */
                    etag?: string;
                    /** @description Filters; several of one table must all match. At most 100. */
                    filters?: components["schemas"]["Filter"][];
                    /**
                     * Format: date-time
                     * @description Output only. When the resource was last pulled completely.
                     */
                    readonly lastPullTime?: string;
                    /**
                     * Format: date-time
                     * @description Output only. When the resource was last pushed completely.
                     */
                    readonly lastPushTime?: string;
                    mode?: components["schemas"]["TaskMode"];
                    /** @description Methods that imports may use. Default all four; after creation an empty list allows none. */
                    strategy?: components["schemas"]["StrategyMethod"][];
                    updatePolicy?: components["schemas"]["Policy"];
                    /**
                     * Format: date-time
                     * @description Output only. Time of the last change by a person.
                     */
                    readonly updateTime?: string;
                };
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RecordService_ListResources: {
        parameters: {
            query?: {
                /** @description Most resources to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters. Error: INVALID_ARGUMENT. */
                pageToken?: string;
                /** @description Only those whose name contains this text. */
                query?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListResourcesResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RecordService_ListChanges: {
        parameters: {
            query?: {
                /** @description Change number that the reader knows already; 0: from the beginning. */
                after?: string;
                /** @description Most changes to answer; default 100, at most 1000. */
                pageSize?: number;
            };
            header?: never;
            path: {
                /** @description Required. Resource. */
                resourceName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListChangesResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RecordService_WatchChanges: {
        parameters: {
            query?: {
                /** @description Change number that the reader knows already; 0: from the beginning. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Required. Resource. */
                resourceName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response.(streaming responses) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result?: components["schemas"]["WatchChangesResponse"];
                    };
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RecordService_ListRecords: {
        parameters: {
            query?: {
                /** @description Whether deleted records are answered too. */
                includeDeleted?: boolean;
                /** @description Only those that came from this repository. */
                originRepositoryId?: string;
                /** @description Most records to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters. Error: INVALID_ARGUMENT. */
                pageToken?: string;
                /** @description Only those whose uid or values contain this text, upper and lower case alike. */
                query?: string;
            };
            header?: never;
            path: {
                /** @description Required. Resource. */
                resourceName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListRecordsResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RecordService_GetRecord: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Required. Resource. */
                resourceName: string;
                /** @description Required. Identifier. */
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Record"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RecordService_PutRecord: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Immutable. Resource. */
                resourceName: string;
                /** @description Required. Immutable. Identifier that all sites share, usually urn:uuid:…. */
                uid: string;
            };
            cookie?: never;
        };
        /** @description Required. The record: resource_name, uid, fields, references and, for a component, its parent. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description Immutable. For components: name of the relation. */
                    alias?: string;
                    /**
                     * Format: date-time
                     * @description Output only. This site's clock when this version was stored.
                     */
                    readonly arrivedOn?: string;
                    /**
                     * @description Output only. Author of this version as the record names it, usually an e-mail address; the user, if it was edited
                     *     at this site.
                     */
                    readonly author?: string;
                    /**
                     * Format: int64
                     * @description Output only. This site's change number of this version.
                     */
                    readonly change?: string;
                    /**
                     * @description Output only. Components in the order of alias and uid. Each is a record of its own and is edited as
                     *     such.
                     */
                    readonly components?: components["schemas"]["Record"][];
                    /**
                     * Format: date-time
                     * @description Output only. The originator's time of creation.
                     */
                    readonly createdOn?: string;
                    /** @description Output only. Whether it is deleted. */
                    readonly deleted?: boolean;
                    /**
                     * @description Version of this record. Sent with PutRecord or DeleteRecord, it fails with ABORTED if somebody else
                     *     was faster; empty: no check.
                     */
                    etag?: string;
                    /**
                     * @description Output only. How this version stands with each repository with which the resource is configured, by name of
                     *     the repository; only in GetRecord, and not for components, which travel with their master.
                     */
                    readonly exchanges?: components["schemas"]["RecordExchange"][];
                    /** @description Values in the order of their names. */
                    fields?: components["schemas"]["RecordField"][];
                    /** @description Output only. Hash of the content in hexadecimal digits. */
                    readonly hash?: string;
                    /** @description Output only. Earlier versions, newest first, as far as they are kept; only in GetRecord. */
                    readonly history?: components["schemas"]["RecordVersion"][];
                    /** @description Output only. Short text for people, made from the fields. */
                    readonly label?: string;
                    /**
                     * Format: int32
                     * @description Output only. Master copy index: 0 created at this site, otherwise the number of copies since.
                     */
                    readonly mci?: number;
                    /**
                     * Format: date-time
                     * @description Output only. The originator's time of this version.
                     */
                    readonly modifiedOn?: string;
                    /** @description Output only. Repository that gave us this version; empty: edited at this site. */
                    readonly originRepositoryId?: string;
                    /** @description Output only. Name of that repository. */
                    readonly originRepositoryName?: string;
                    /** @description Immutable. For components: resource of the master record. */
                    parentResourceName?: string;
                    /** @description Immutable. For components: uid of the master record. */
                    parentUid?: string;
                    /** @description Output only. Why this version is the present one, as in RecordVersion. */
                    readonly reason?: string;
                    /** @description References in the order of their names. */
                    references?: components["schemas"]["RecordReference"][];
                    /** @description Output only. uid of the record that it was merged into. */
                    readonly replacedBy?: string;
                    /** @description Output only. Run that wrote this version; empty: edited at this site. */
                    readonly runId?: string;
                };
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Record"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RecordService_DeleteRecord: {
        parameters: {
            query?: {
                /** @description If not empty, deletes only this version. */
                etag?: string;
            };
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Resource. */
                resourceName: string;
                /** @description Required. Identifier. */
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RunService_ListRuns: {
        parameters: {
            query?: {
                /** @description Only those queued before this time. */
                endTime?: string;
                /** @description Only those of this job. */
                jobId?: string;
                /** @description Most runs to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters. Error: INVALID_ARGUMENT. */
                pageToken?: string;
                /** @description Only those of this repository. */
                repositoryId?: string;
                /** @description Only those queued at or after this time. */
                startTime?: string;
                /**
                 * @description Only those in one of these states.
                 *
                 *      - UNSPECIFIED: Never answered.
                 *      - QUEUED: Waits for a worker.
                 *      - RUNNING: Is under way.
                 *      - DONE: Ended: everything was exchanged.
                 *      - DONE_WITH_WARNINGS: Ended: exchanged, with rejects or warnings of the remote site.
                 *      - FAILED: Ended: the network or the remote site failed; trying again may help.
                 *      - NEEDS_YOU: Ended: trying again will not help before somebody changes something.
                 *      - STOPPED: Ended: somebody asked for it.
                 *      - TIMED_OUT: Ended: it took longer than its timeout.
                 */
                states?: ("UNSPECIFIED" | "QUEUED" | "RUNNING" | "DONE" | "DONE_WITH_WARNINGS" | "FAILED" | "NEEDS_YOU" | "STOPPED" | "TIMED_OUT")[];
                /**
                 * @description Only those started for this reason.
                 *
                 *      - UNSPECIFIED: Not given; taken as MANUAL.
                 *      - MANUAL: A person or a program asked for it.
                 *      - SCHEDULE: A job's slot was due.
                 *      - PEER: The remote site called: an incoming exchange, answered at once.
                 */
                trigger?: "UNSPECIFIED" | "MANUAL" | "SCHEDULE" | "PEER";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListRunsResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RunService_GetRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RunService_StopRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StopRunBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RunService_WatchRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response.(streaming responses) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result?: components["schemas"]["WatchRunResponse"];
                    };
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    RunService_ListRunItems: {
        parameters: {
            query?: {
                /**
                 * @description Only those of this direction.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - PULL: From the remote site to this site.
                 *      - PUSH: From this site to the remote site.
                 */
                direction?: "UNSPECIFIED" | "PULL" | "PUSH";
                /**
                 * @description Only those with one of these outcomes.
                 *
                 *      - UNSPECIFIED: No filter; never answered.
                 *      - CREATED: Was not here; stored.
                 *      - UPDATED: Was here; changed.
                 *      - DELETED: Deleted or merged.
                 *      - UNCHANGED: Same content, or delivered before.
                 *      - SKIPPED: Strategy or update policy said no.
                 *      - CONFLICT: Both sides had changed it; the conflict policy decided.
                 *      - REJECTED: Could not be applied, here or at the remote site.
                 *      - ACCEPTED: Sent and taken by the remote site.
                 */
                outcomes?: ("UNSPECIFIED" | "CREATED" | "UPDATED" | "DELETED" | "UNCHANGED" | "SKIPPED" | "CONFLICT" | "REJECTED" | "ACCEPTED")[];
                /** @description Most items to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters. Error: INVALID_ARGUMENT. */
                pageToken?: string;
                /** @description Only those of this resource. */
                resourceName?: string;
                /** @description Only those of this record. */
                uid?: string;
            };
            header?: never;
            path: {
                /** @description Required. Run; "-": all runs, for the record that resource_name and uid name. */
                runId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListRunItemsResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SessionService_GetSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SessionService_CreateSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description CreateSessionRequest signs in. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSessionRequest"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateSessionResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SessionService_DeleteSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SessionService_AcceptInvitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description AcceptInvitationRequest sets a password by an invitation. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptInvitationRequest"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateSessionResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SessionService_ChangePassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description ChangePasswordRequest changes the password of who is signed in. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePasswordRequest"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateSessionResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SessionService_DeleteAllSessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description DeleteAllSessionsRequest names a user to sign out. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeleteAllSessionsRequest"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SessionService_UpdateOwnUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description Required. The new values; only username and language may be changed. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["User"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SessionService_ListSessions: {
        parameters: {
            query?: {
                /** @description Most sessions to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before. Error: INVALID_ARGUMENT. */
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListSessionsResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SessionService_RevokeSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. Its id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SettingsService_GetSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SettingsService_UpdateSettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description Required. The new values. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["Settings"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SessionService_GetSetup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetSetupResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SessionService_Setup: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description SetupRequest makes the first administrator. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupRequest"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateSessionResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SessionService_GetSignInMethods: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInMethods"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    SettingsService_GetStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["v1.Status"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    TokenService_ListTokens: {
        parameters: {
            query?: {
                /** @description Most tokens to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters. Error: INVALID_ARGUMENT. */
                pageToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListTokensResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    TokenService_CreateToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description Required. The token. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["Token"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    TokenService_DeleteToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    UserService_ListUsers: {
        parameters: {
            query?: {
                /** @description Most users to answer; default 50, at most 500. */
                pageSize?: number;
                /** @description next_page_token of the page before, with the same filters. Error: INVALID_ARGUMENT. */
                pageToken?: string;
                /** @description Only those whose name contains this text, upper and lower case alike. */
                query?: string;
                /**
                 * @description Only those with one of these roles.
                 *
                 *      - UNSPECIFIED: Refused with INVALID_ARGUMENT.
                 *      - ADMINISTRATOR: Everything.
                 *      - OPERATOR: Run, stop, decide, retry; no credentials, policies or users.
                 *      - VIEWER: Read.
                 *      - PEER: A remote site: only the synchronization endpoint.
                 */
                roles?: ("UNSPECIFIED" | "ADMINISTRATOR" | "OPERATOR" | "VIEWER" | "PEER")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListUsersResponse"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    UserService_CreateUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description Required. The user. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["User"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    UserService_GetUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    UserService_DeleteUser: {
        parameters: {
            query?: {
                /** @description If not empty, deletes only this version. */
                etag?: string;
            };
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    UserService_UpdateUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Output only. Identifier, a UUID. */
                id: string;
            };
            cookie?: never;
        };
        /** @description Required. The new values; id names the user. */
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description For role PEER without a repository: the first remote site that registers with the account becomes the only one that
                     *     it may exchange as; until then it may exchange as none. It is taken away when that has happened.
                     */
                    bindAtRegistration?: boolean;
                    /**
                     * Format: date-time
                     * @description Output only. Time of creation.
                     */
                    readonly createTime?: string;
                    /** @description Whether signing in is refused. */
                    disabled?: boolean;
                    /**
                     * @description Version of this resource. Sent with an update or deletion, it fails with ABORTED if somebody else was
                     *     faster; empty: no check.
                     */
                    etag?: string;
                    /** @description Output only. The password that was just generated for an account of role PEER; empty in all other answers. */
                    readonly generatedPassword?: string;
                    /** @description Output only. Issuer of the OpenID Connect provider by which the person has signed in; empty: none. */
                    readonly identityProvider?: string;
                    invitation?: components["schemas"]["Invitation"];
                    /**
                     * @description Output only. Whether the account has no password and no identity provider yet, and waits for its invitation to be
                     *     accepted.
                     */
                    readonly invited?: boolean;
                    /**
                     * @description Language in which the person reads the pages of this site, as a BCP 47 tag such as "fr" or "ar"; empty: what
                     *     the browser asks for.
                     */
                    language?: string;
                    /**
                     * Format: date-time
                     * @description Output only. Time of the last sign-in.
                     */
                    readonly lastSignInTime?: string;
                    /**
                     * @description Input only. Password of 10 to 1024 characters; only a hash is stored. Without one on creation, a person is
                     *     invited and a remote site gets a generated one.
                     */
                    password?: string;
                    /** @description For role PEER: the only repository that the account may exchange as. Empty: any registered one. */
                    repositoryId?: string;
                    role?: components["schemas"]["Role"];
                    /**
                     * Format: date-time
                     * @description Output only. Time of the last change.
                     */
                    readonly updateTime?: string;
                    /** @description Required. Name to sign in with, unique, upper and lower case alike, at most 128 characters. */
                    username?: string;
                };
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    UserService_GeneratePassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GeneratePasswordBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    UserService_InviteUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request harmless: the same key answers the first outcome. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description Required. The id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InviteUserBody"];
            };
        };
        responses: {
            /** @description A successful response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description An error with a stable reason. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
