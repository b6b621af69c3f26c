"""What the journals of a year tell, worked out by SQL alone: the product's own reads have no part
in it. One row a case and instant asked about, in the function `told(known_at)`.
"""

TOLD = """
create function told(known_at timestamptz) returns table (
    reference text, received_at timestamptz, unit text, category text, business text, channel text,
    is_official boolean, is_duplicate boolean, is_late boolean, is_settled boolean,
    validity text, responsibility text, causes text, satisfaction text
) language sql stable as $$
    with known as (
        select j.*, row_number() over (partition by j.reference order by j.version desc) as back
        from journal j where j.recorded_at <= known_at
    ),
    last_of as (
        select k.reference,
            (array_agg(k.facts order by k.version) filter
                (where k.event in ('received', 'imported')))[1] as receipt,
            min(k.at) filter (where k.event in ('received', 'imported')) as received_at,
            (array_agg(coalesce(k.facts->>'handler_unit', k.facts->>'unit')
                order by k.version desc)
                filter (where k.event in ('received', 'imported', 'forwarded', 'assigned')))[1]
                as unit,
            (array_agg(k.facts->>'category' order by k.version desc)
                filter (where k.facts->>'category' is not null))[1] as category,
            (array_agg(k.facts->>'business' order by k.version desc)
                filter (where k.facts->>'business' is not null))[1] as business,
            bool_or(k.facts->>'category' = 'financial_crime') as is_of_crime,
            bool_or(k.event = 'marked_duplicate') as is_duplicate,
            bool_or(k.event = 'breached' and k.facts->>'clock' not like 'task/%%') as is_late,
            (array_agg(case k.event
                when 'followed_up' then k.facts->>'satisfaction'
                else case k.facts->>'overall'
                    when 'very_satisfied' then 'satisfied'
                    when 'very_dissatisfied' then 'dissatisfied'
                    else k.facts->>'overall' end end
                order by k.version desc)
                filter (where k.event = 'survey_answered' or (k.event = 'followed_up'
                    and k.facts->>'satisfaction' <> 'not_reached')))[1] as satisfaction
        from known k group by k.reference
    ),
    ending as (
        select distinct on (k.reference) k.reference, k.version, k.event, k.facts
        from known k
        where k.event in ('disposed', 'anonymous_filed', 'treated_as_demand', 'reopened')
            or (k.event = 'withdrawn' and k.facts->>'withdrawal' <> 'coerced')
            or (k.event = 'appeal_decided' and k.facts->>'upheld' = 'True')
        order by k.reference, k.version desc
    ),
    righted as (
        select distinct on (k.reference) k.reference, k.facts->>'responsibility' as responsibility
        from known k join ending e on e.reference = k.reference and k.version > e.version
        where k.event in ('finding_appeal_decided', 'finding_reversed')
            and k.facts->>'responsibility' is not null
        order by k.reference, k.version desc
    )
    select l.reference, l.received_at, l.unit, l.category, l.business, l.receipt->>'channel',
        not (coalesce(l.is_of_crime, false)
            and split_part(c.policy, '@', 1) in ('head-office', 'association')),
        coalesce(l.is_duplicate, false), coalesce(l.is_late, false),
        e.event is not null and e.event not in ('reopened', 'appeal_decided'),
        case e.event when 'withdrawn' then 'special' when 'treated_as_demand' then 'demand'
            else e.facts->>'validity' end,
        case when e.event in ('withdrawn', 'treated_as_demand') then 'not_bank'
            else coalesce(r.responsibility, e.facts->>'responsibility') end,
        e.facts->>'causes', l.satisfaction
    from last_of l
    join cases c on c.reference = l.reference
    left join ending e on e.reference = l.reference
    left join righted r on r.reference = l.reference
$$;

create function below(top text) returns setof text language sql stable as $$
    with recursive line as (
        select id from units where id = top
        union all
        select u.id from units u join line on u.parent = line.id
    )
    select id from line
$$;
"""

OF_THE_REPORT = """
    from told('infinity') t
    where t.is_official and t.unit in (select below(:unit))
        and (t.received_at at time zone 'Asia/Shanghai')::date
            between cast(:begins as date) and cast(:ends as date)
"""
"""The cases of a report: about a unit and those below it, received in its days."""
