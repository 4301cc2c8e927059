package cli

import (
	"net/url"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
)

// repository finds a repository by its name, in upper or lower case, its UUID or its id.
func (e *Env) repository(name string) (*configv1.Repository, error) {
	page := &configv1.ListRepositoriesResponse{}
	if err := e.call("GET", "/repositories?"+url.Values{"query": {name}, "pageSize": {"500"}}.Encode(), nil, page); err != nil {
		return nil, err
	}
	var like []string
	for _, r := range page.GetRepositories() {
		if strings.EqualFold(r.GetName(), name) || r.GetUuid() == name {
			return r, nil
		}
		like = append(like, r.GetName())
	}
	found := &configv1.Repository{}
	err := e.call("GET", "/repositories/"+url.PathEscape(name), nil, found)
	if err == nil {
		return found, nil
	}
	if apierr.KindOf(err) != apierr.KindNotFound {
		return nil, err
	}
	if like != nil {
		return nil, apierr.New(apierr.KindNotFound, apierr.ReasonNotFound,
			"There is no repository %q, so nothing was done. Did you mean %s?", name, strings.Join(like, ", "))
	}
	return nil, apierr.New(apierr.KindNotFound, apierr.ReasonNotFound,
		"There is no repository %q, so nothing was done. See edensync repositories list.", name)
}

// under is the path of something that belongs to a repository.
func under(r *configv1.Repository, rest string) string { return "/repositories/" + r.GetId() + rest }

// job finds a job by its id or the beginning of it, in all repositories.
func (e *Env) job(id string) (*schedulerv1.Job, error) {
	var found []*schedulerv1.Job
	token := ""
	for {
		page := &schedulerv1.ListJobsResponse{}
		if err := e.call("GET", "/jobs?"+url.Values{"pageSize": {"500"}, "pageToken": {token}}.Encode(), nil, page); err != nil {
			return nil, err
		}
		for _, job := range page.GetJobs() {
			if strings.HasPrefix(job.GetId(), id) && id != "" {
				found = append(found, job)
			}
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return nil, apierr.New(apierr.KindNotFound, apierr.ReasonNotFound,
		"%d jobs have an id that begins with %q, so nothing was done; see edensync jobs list.", len(found), id)
}

func jobPath(job *schedulerv1.Job) string {
	return "/repositories/" + job.GetRepositoryId() + "/jobs/" + job.GetId()
}

// show reads one resource and prints it.
func (e *Env) show(path string, out proto.Message) error {
	if err := e.call("GET", path, nil, out); err != nil {
		return err
	}
	return e.print(out)
}

// withRepository sets the filter of a list to the repository that the flag names.
func (e *Env) withRepository(query url.Values, name string) error {
	if name == "" {
		return nil
	}
	r, err := e.repository(name)
	if err == nil {
		query.Set("repositoryId", r.GetId())
	}
	return err
}
